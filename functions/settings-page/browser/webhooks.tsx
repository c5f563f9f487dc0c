import { useSignal } from '@preact/signals';
import { useRef } from 'preact/hooks';
import { webhookEvents } from '#shared/domain/ids.ts';
import type { Overview } from './contract.ts';
import type { Model } from './model.ts';
import { Moment, Question } from './parts.tsx';
import { SecretForm, SecretState } from './secret-form.tsx';
import { texts } from './texts.ts';
import { useAction } from './use-action.ts';

const words = texts.webhook;
const copiedForMs = 3000;

/** The webhooks' secrets that were replaced, as long as they are accepted, and what it takes to set webhooks up by hand: folded away where that is not needed. */
export const Webhooks = ({ model, overview }: { model: Model; overview: Overview }) => {
  const { webhook, user } = overview;
  return (
    <>
      {webhook.previousValidUntil === null ? null : (
        <PreviousSecrets model={model} until={webhook.previousValidUntil} maySettle={user.maySettle} />
      )}
      <WebhookByHand model={model} overview={overview} />
    </>
  );
};

const WebhookByHand = ({ model, overview }: { model: Model; overview: Overview }) => {
  const { webhook, user } = overview;
  const isNeeded = isByHandNeeded(overview);
  return (
    <details class="fold" id="webhook" open={isNeeded}>
      <summary>
        {words.title}{' '}
        {isNeeded ? null : <span class="quiet">{webhook.registered ? words.isSetUp : words.willBeSetUp}</span>}
      </summary>
      <p class="lead">{webhook.registered ? words.registered : words.byItself}</p>
      <WebhookUrl url={webhook.url} />
      {user.maySettle ? (
        <>
          {webhookEvents.map((event) => (
            <SecretForm key={event} model={model} webhook={webhook} event={event} />
          ))}
          <p class="hint">{words.neverShown}</p>
        </>
      ) : (
        <SecretStates webhook={webhook} />
      )}
    </details>
  );
};

/** Not before Lever is connected, which registers them, unless somebody has begun by hand; and not after, unless one made by hand is signed wrongly. */
const isByHandNeeded = ({ webhook, connection, health }: Overview): boolean => {
  if (health.problems.some(({ code }) => code === 'webhook_secret_wrong')) return true;
  const isBegun = webhook.lastVerifiedAt !== null || webhook.lastReceivedAt !== null;
  return !webhook.registered && (connection.state !== 'not_connected' || isBegun);
};

const SecretStates = ({ webhook }: { webhook: Overview['webhook'] }) => (
  <dl class="facts">
    {webhookEvents.map((event) => (
      <div key={event}>
        <dt>{words.secrets[event]}</dt>
        <dd>
          <SecretState webhook={webhook} event={event} />
        </dd>
      </div>
    ))}
  </dl>
);

const WebhookUrl = ({ url }: { url: string }) => {
  const input = useRef<HTMLInputElement>(null);
  const said = useSignal<string>('');
  const copy = async (): Promise<void> => {
    input.current?.select();
    said.value = await navigator.clipboard.writeText(url).then(
      () => words.copied,
      () => words.notCopied,
    );
    setTimeout(() => (said.value = ''), copiedForMs);
  };
  return (
    <div class="field">
      <label for="webhook-url">{words.url}</label>
      <div class="joined">
        <input id="webhook-url" ref={input} class="id" readOnly value={url} aria-describedby="webhook-url-hint" />
        <button type="button" onClick={() => void copy()}>
          {said.value || words.copy}
        </button>
      </div>
      <p class="hint" id="webhook-url-hint">
        {words.urlHint}
      </p>
      <p class="unseen" role="status">
        {said.value}
      </p>
    </div>
  );
};

const PreviousSecrets = (props: { model: Model; until: number; maySettle: boolean }) => {
  const isAsked = useSignal(false);
  const revoke = useAction(async () => {
    await props.model.ask('DELETE', '/api/webhook-secret/previous');
    isAsked.value = false;
    props.model.notice.value = { tone: 'good', title: words.revoked };
    await props.model.refresh();
  });
  return (
    <p class="previous">
      {words.previous} <Moment at={props.until} />.{' '}
      {props.maySettle ? (
        <button type="button" class="link" onClick={() => (isAsked.value = true)}>
          {words.revoke}
        </button>
      ) : null}
      {isAsked.value ? (
        <Question
          title={words.revokeTitle}
          yes={words.revoke}
          no={texts.cancel}
          isDangerous
          action={revoke}
          onNo={() => (isAsked.value = false)}
        >
          <p>{words.revokeText}</p>
        </Question>
      ) : null}
    </p>
  );
};
