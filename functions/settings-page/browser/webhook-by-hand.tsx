import { useSignal } from '@preact/signals';
import { useRef } from 'preact/hooks';
import { mainWebhookEvent, webhookEvents } from '#shared/domain/ids.ts';
import type { Overview } from './contract.ts';
import type { Model } from './model.ts';
import { Card, Moment, Question } from './parts.tsx';
import { SecretForm, secretText } from './secret-form.tsx';
import { texts } from './texts.ts';
import { useAction } from './use-action.ts';

const words = texts.webhook;
const copiedForMs = 3000;

/** The webhook's address and secret, for those who set it up by hand. */
export const WebhookCard = ({ model, overview }: { model: Model; overview: Overview }) => {
  const { webhook, user } = overview;
  return (
    <Card id="webhook" title={words.title}>
      <p class="lead">{webhook.registered ? words.registered : words.byItself}</p>
      <WebhookUrl url={webhook.url} />
      {user.maySettle ? (
        <>
          <SecretForm model={model} webhook={webhook} event={mainWebhookEvent} />
          <details>
            <summary>{words.moreSecrets}</summary>
            {webhookEvents.map((event) =>
              event === mainWebhookEvent ? null : (
                <SecretForm key={event} model={model} webhook={webhook} event={event} />
              ),
            )}
          </details>
        </>
      ) : (
        <SecretState webhook={webhook} />
      )}
      {webhook.previousValidUntil === null ? null : (
        <PreviousSecret model={model} until={webhook.previousValidUntil} maySettle={user.maySettle} />
      )}
    </Card>
  );
};

const SecretState = ({ webhook }: { webhook: Overview['webhook'] }) => (
  <dl class="facts secret">
    <div>
      <dt>{words.secrets[mainWebhookEvent]}</dt>
      <dd>{secretText(webhook, mainWebhookEvent)}</dd>
    </div>
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

const PreviousSecret = (props: { model: Model; until: number; maySettle: boolean }) => {
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
