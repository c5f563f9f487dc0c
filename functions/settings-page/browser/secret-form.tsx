import { useSignal } from '@preact/signals';
import { isWebhookSecret, mainWebhookEvent, type WebhookEvent, webhookSecretRule } from '#shared/domain/ids.ts';
import type { Overview } from './contract.ts';
import { Field } from './field.tsx';
import type { Model } from './model.ts';
import { FailureText } from './parts.tsx';
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
        hint={
          <>
            <strong>{secretText(webhook, event)}</strong> {isMain ? words.secretHint : null}
          </>
        }
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
            </button>
          </div>
        )}
      </Field>
      {save.failure?.fields['secret'] === undefined ? <FailureText failure={save.failure} /> : null}
    </form>
  );
};

/** Whether there is a secret, and whether one is needed. */
export const secretText = ({ secretEvents, registered }: Overview['webhook'], event: WebhookEvent): string => {
  if (secretEvents.includes(event)) return words.secretIsSet;
  return registered ? words.secretIsNotNeeded : words.secretIsMissing;
};
