import { useSignal } from '@preact/signals';
import { useEffect, useMemo } from 'preact/hooks';
import type { MailAddresses, Overview } from './contract.ts';
import { Field } from './field.tsx';
import { createMailNotices } from './mail-notices.ts';
import { mailWords as words } from './mail-texts.ts';
import type { Model } from './model.ts';
import { Badge, Card, FailureText } from './parts.tsx';
import { texts } from './texts.ts';
import { useAction } from './use-action.ts';

type Notices = ReturnType<typeof createMailNotices>;
type Address = MailAddresses['addresses'][number];

const most = 10;
const refreshEveryMs = 30_000;

/** Who is told by e-mail when something is wrong: Super Admins alone see and change it. */
export const MailCard = ({ model, overview }: { model: Model; overview: Overview }) => {
  const notices = useMemo(() => createMailNotices(model.ask), [model]);
  const { maySettle } = overview.user;
  useEffect(() => {
    if (!maySettle) return;
    void notices.refresh();
    // Somebody may press a link elsewhere.
    const timer = setInterval(() => void notices.refresh(), refreshEveryMs);
    return () => clearInterval(timer);
  }, [notices, maySettle]);
  if (!maySettle) return null;
  const list = notices.list.value;
  return (
    <Card id="mails" title={words.title}>
      {list.state === 'loading' ? <p class="quiet">{words.loading}</p> : null}
      {list.state === 'failed' ? (
        <p class="fault" role="alert">
          {words.failed}{' '}
          <button type="button" class="link" onClick={() => void notices.refresh()}>
            {texts.retry}
          </button>
        </p>
      ) : null}
      {list.state === 'ready' ? <Addresses model={model} notices={notices} list={list.value} /> : null}
    </Card>
  );
};

const Addresses = (props: { model: Model; notices: Notices; list: MailAddresses }) => {
  const { model, notices, list } = props;
  return (
    <>
      {list.isSetUp ? (
        <div class="told">
          <p>{words.lead}</p>
          <ul>
            {words.told.map((each) => (
              <li key={each}>{each}</li>
            ))}
          </ul>
          <p>{words.also}</p>
        </div>
      ) : (
        <p class="quiet">{words.notSetUp}</p>
      )}
      {list.addresses.length === 0 && list.isSetUp ? <p class="quiet">{words.none}</p> : null}
      {list.addresses.length === 0 ? null : (
        <ul class="addresses">
          {list.addresses.map((address) => (
            <AddressRow key={address.id} {...{ model, notices, address }} maySend={list.isSetUp} />
          ))}
        </ul>
      )}
      {list.isSetUp && list.addresses.length < most ? <AddForm model={model} notices={notices} /> : null}
      {list.addresses.length >= most ? <p class="hint">{words.full}</p> : null}
    </>
  );
};

const AddressRow = (props: { model: Model; notices: Notices; address: Address; maySend: boolean }) => {
  const { model, notices, address } = props;
  const { id, masked, state } = address;
  const remove = useAction(async () => {
    await notices.remove(id);
    model.notice.value = { tone: 'good', title: words.removed };
  });
  const again = useAction(async () => {
    await notices.sendAgain(id);
    model.notice.value = { tone: 'good', title: words.sent };
  });
  const isOpen = state === 'waiting' || state === 'expired' || state === 'not_sent';
  const tone = state === 'confirmed' ? 'good' : state === 'sending' || state === 'waiting' ? 'idle' : 'bad';
  return (
    <li>
      <span class="address">{masked}</span>
      <Badge tone={tone}>{words.states[state]}</Badge>
      <span class="actions">
        {isOpen && props.maySend ? (
          <button
            type="button"
            aria-label={`${words.sendAgain}: ${masked}`}
            aria-disabled={again.isBusy}
            onClick={again.run}
          >
            {words.sendAgain}
          </button>
        ) : null}
        <button
          type="button"
          aria-label={`${words.remove}: ${masked}`}
          aria-disabled={remove.isBusy}
          onClick={remove.run}
        >
          {words.remove}
        </button>
      </span>
      <FailureText failure={again.failure ?? remove.failure} />
    </li>
  );
};

const AddForm = ({ model, notices }: { model: Model; notices: Notices }) => {
  const typed = useSignal('');
  const isEmpty = useSignal(false);
  const add = useAction(async () => {
    await notices.add(typed.value.trim());
    typed.value = '';
    model.notice.value = { tone: 'good', title: words.added };
  });
  const [fault] = Object.values(add.failure?.fields ?? {});
  const submit = (event: Event): void => {
    event.preventDefault();
    isEmpty.value = typed.value.trim() === '';
    if (isEmpty.value) document.getElementById('mail-address')?.focus();
    else add.run();
  };
  return (
    <form noValidate onSubmit={submit}>
      <Field id="mail-address" label={words.label} hint={words.hint} fault={isEmpty.value ? words.empty : fault}>
        {(described) => (
          <div class="joined">
            <input
              {...described}
              type="email"
              value={typed.value}
              autocomplete="email"
              spellcheck={false}
              onInput={({ currentTarget }) => {
                typed.value = currentTarget.value;
                isEmpty.value = false;
              }}
            />
            <button type="submit" class={typed.value === '' ? '' : 'primary'} aria-disabled={add.isBusy}>
              {add.isBusy ? words.adding : words.add}
            </button>
          </div>
        )}
      </Field>
      {fault === undefined ? <FailureText failure={add.failure} /> : null}
    </form>
  );
};
