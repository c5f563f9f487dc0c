import { useSignal } from '@preact/signals';
import type { CheckAction } from '#shared/domain/check-action.ts';
import { actionTexts as words } from './after-texts.ts';
import type { Model } from './model.ts';
import { Question } from './parts.tsx';
import { texts } from './texts.ts';
import { useAction } from './use-action.ts';

/** The statuses, in our words, in which Turn may do what is asked. */
const statusesFor: Readonly<Record<CheckAction, readonly string[]>> = {
  resend_invitation: ['initiated', 'emailed'],
  recheck: ['clear', 'consider', 'first_notice', 'second_notice', 'rejected'],
};
const actions = ['resend_invitation', 'recheck'] as const;

/** `id`: the same for whatever is sent of one press, so that it has its effect once at most. */
type Press = { readonly action: CheckAction; readonly id: string };

/** What a Super Admin may ask of Turn about a candidate's check. `status`: in our words, not the account's. */
export const CandidateActions = (props: {
  model: Model;
  opportunityId: string;
  status: string | null;
  turnId: string | null;
}) => {
  const { model, status, turnId } = props;
  const press = useSignal<Press | null>(null);
  const said = useSignal<{ tone: 'said' | 'fault'; text: string } | null>(null);
  const overview = model.overview.value;
  if (overview.state !== 'ready' || !overview.value.user.maySettle || turnId === null) return null;
  const offered = actions.filter((action) => statusesFor[action].includes(status ?? ''));
  if (offered.length === 0 && said.value === null) return null;
  const ask = (action: CheckAction): void => {
    said.value = null;
    press.value = { action, id: crypto.randomUUID() };
  };
  return (
    <div class="candidate-actions">
      <div class="actions">
        {offered.map((action) => (
          <button key={action} type="button" onClick={() => ask(action)}>
            {words[action].button}
          </button>
        ))}
      </div>
      <p class={said.value?.tone ?? 'said'} role="status">
        {said.value?.text}
      </p>
      {press.value === null ? null : (
        <Confirm
          {...props}
          turnId={turnId}
          press={press.value}
          end={() => (press.value = null)}
          say={(now) => (said.value = now)}
        />
      )}
    </div>
  );
};

const paths: Readonly<Record<CheckAction, string>> = { resend_invitation: 'resend-invitation', recheck: 'recheck' };

const Confirm = (props: {
  model: Model;
  opportunityId: string;
  turnId: string;
  press: Press;
  end: () => void;
  say: (said: { tone: 'said' | 'fault'; text: string }) => void;
}) => {
  const { model, opportunityId, turnId, press } = props;
  const { title, text, yes } = words[press.action];
  const action = useAction(async () => {
    const path = `/api/candidates/${encodeURIComponent(opportunityId)}/${paths[press.action]}`;
    const { json } = await model.ask<{ outcome: string; message: string }>('POST', path, {
      body: { pressId: press.id, turnId },
    });
    props.end();
    props.say({ tone: json.outcome === 'done' ? 'said' : 'fault', text: json.message });
    await model.refresh().catch(() => undefined);
  });
  return (
    <Question title={title} yes={yes} no={texts.cancel} action={action} onNo={props.end}>
      <p>{text}</p>
    </Question>
  );
};
