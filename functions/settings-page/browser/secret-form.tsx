import { useSignal } from '@preact/signals';
import { isWebhookSecret, mainWebhookEvent, type WebhookEvent, webhookSecretRule } from '#shared/domain/ids.ts';
import type { Overview } from './contract.ts';
import { Field } from './field.tsx';
import type { Model } from './model.ts';
import { Badge, FailureText } from './parts.tsx';
import { texts } from './texts.ts';
import { useAction } from './use-action.ts';

const words = texts.webhook;

/** The secret of the webhook of one event, which goes in and never comes out again. */
export const SecretForm = (props: { model: Model; webhook: Overview['webhook']; event: WebhookEvent }) => {
  const { model, webhook, event } = props;
  const isMain = event === mainWebhookEvent;
  const id = isMain ? 'webhook-secret' : `webhook-secret-${event}`;
  const typed = useSignal('');
  const isWrong = useSignal(false);
  const save = useAction(async () => {
    await model.ask('PUT', '/api/webhook-secret', { body: { secret: typed.value.trim(), event } });
    typed.value = '';
    model.notice.value = { tone: 'good', title: words.saved };
    await model.refresh();
  });
  const submit = (submitted: Event): void => {
    submitted.preventDefault();
    isWrong.value = !isWebhookSecret(typed.value.trim());
    if (isWrong.value) document.getElementById(id)?.focus();
    else save.run();
  };
  return (
    <form class="secret" noValidate onSubmit={submit}>
      <Field
        id={id}
        label={words.secrets[event]}
        aside={<SecretState webhook={webhook} event={event} />}
        hint={words.secretHints[event]}
        fault={isWrong.value ? webhookSecretRule : save.failure?.fields['secret']}
      >
        {(described) => (
          <div class="joined">
            <input
              {...described}
              class="id"
              value={typed.value}
              autocomplete="off"
              spellcheck={false}
              onInput={({ currentTarget }) => {
                typed.value = currentTarget.value;
                isWrong.value = false;
              }}
            />
            <button type="submit" class={typed.value === '' ? '' : 'primary'} aria-disabled={save.isBusy}>
              {save.isBusy ? words.saving : words.save}
              {isMain ? null : <span class="unseen"> {words.saveWhich[event]}</span>}
            </button>
          </div>
        )}
      </Field>
      {save.failure?.fields['secret'] === undefined ? <FailureText failure={save.failure} /> : null}
    </form>
  );
};

/** Whether there is a secret, and whether one is needed. */
export const SecretState = ({ webhook, event }: { webhook: Overview['webhook']; event: WebhookEvent }) => {
  if (webhook.secretEvents.includes(event)) return <Badge tone="good">{words.secretStates.saved}</Badge>;
  return <Badge tone="idle">{webhook.registered ? words.secretStates.notNeeded : words.secretStates.missing}</Badge>;
};
