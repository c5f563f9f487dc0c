import { useState } from 'preact/hooks';
import type { DeliveryView, LeverView, WebhookView } from '../console-view.ts';
import { act } from './live-view.ts';
import { CarefulButton, CopyButton, Moment, OneField, Switch } from './small-parts.tsx';

/** Lever's pipeline settings: rename, delete, add. */
export const Stages = ({ lever }: { lever: LeverView }) => (
  <div class="settings">
    <p class="hint">
      The integration starts checks in the stage that its settings name; a renamed stage stays the same stage.
    </p>
    <ul class="rows">
      {lever.stages.map(({ id, name }) => (
        <li key={id}>
          <OneField
            label={`Name of ${name}`}
            isLabelHidden
            value={name}
            button="Rename"
            onSave={(text) => void act({ do: 'rename-stage', organizationId: lever.id, stageId: id, name: text })}
          />
          <CarefulButton
            label="Delete"
            question={`Delete ${name}?`}
            onSure={() => void act({ do: 'delete-stage', organizationId: lever.id, stageId: id })}
          />
        </li>
      ))}
    </ul>
    <OneField
      label="New stage"
      value=""
      button="Add"
      clears
      onSave={(name) => void act({ do: 'add-stage', organizationId: lever.id, name })}
    />
  </div>
);

/** Lever's "Authorized Apps", where an admin ends the connection. */
export const AuthorizedApps = ({ lever }: { lever: LeverView }) => (
  <div class="settings">
    {lever.apps.length === 0 ? (
      <p class="empty-state">
        No app may act for {lever.name}. Connect one with “Authorize Lever” on the settings page.
      </p>
    ) : (
      <ul class="rows">
        {lever.apps.map(({ clientId, grantedAt }) => (
          <li key={grantedAt}>
            <span>
              <strong>Turn</strong> <span class="hint">({clientId})</span>
              <span class="hint">
                {' '}
                authorized <Moment at={grantedAt} />
              </span>
            </span>
          </li>
        ))}
      </ul>
    )}
    {lever.apps.length > 0 && (
      <CarefulButton
        label="Revoke Access"
        question="Revoke access of the app?"
        onSure={() => void act({ do: 'revoke-access', organizationId: lever.id })}
      />
    )}
  </div>
);

const Webhook = ({ lever, webhook }: { lever: LeverView; webhook: WebhookView }) => {
  const { id: webhookId, event, url, signatureToken, madeByApi } = webhook;
  const ofWebhook = { organizationId: lever.id, webhookId };
  return (
    <li class="webhook">
      <p>
        <strong>{event}</strong> <span class="hint">{madeByApi ? 'made by the app' : 'set up by hand'}</span>
      </p>
      <p class="mono">{url}</p>
      {signatureToken !== null && (
        <p class="token">
          <span class="hint">Signature token</span> <code>{signatureToken}</code>{' '}
          <CopyButton text={signatureToken} what={`the signature token of ${event}`} />
        </p>
      )}
      <p class="buttons">
        <button type="button" class="small" onClick={() => void act({ do: 'verify-connection', ...ofWebhook })}>
          Verify connection<span class="unseen"> of {event}</span>
        </button>
        <CarefulButton
          label="Remove"
          question="Remove?"
          onSure={() => void act({ do: 'remove-webhook', ...ofWebhook })}
        />
      </p>
    </li>
  );
};

const deliveryState = ({ state, attempts, nextAttemptAt }: DeliveryView) => {
  const tried = attempts.map((status) => status ?? 'no answer').join(', ');
  if (state === 'accepted') return `accepted (${tried})`;
  if (state === 'given-up') return `given up (${tried})`;
  if (state === 'lost') return 'lost';
  return nextAttemptAt === null ? 'on its way' : `refused (${tried}), again soon`;
};

const Deliveries = ({ deliveries }: { deliveries: readonly DeliveryView[] }) =>
  deliveries.length === 0 ? (
    <p class="empty-state">Nothing was sent yet. Move a candidate, or verify a connection.</p>
  ) : (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard
    <section class="scroll" aria-label="Deliveries" tabIndex={0}>
      <table>
        <thead>
          <tr>
            <th>Sent</th>
            <th>Event</th>
            <th>Status</th>
            <th>
              <span class="unseen">Again</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {deliveries.map((delivery) => (
            <tr key={delivery.id} class={delivery.state}>
              <td>
                <Moment at={delivery.postedAt} />
              </td>
              <td>{delivery.isVerification ? 'Verify connection' : delivery.event}</td>
              <td>{deliveryState(delivery)}</td>
              <td>
                <button
                  type="button"
                  class="small"
                  aria-label={`Rerun ${delivery.id}`}
                  onClick={() => void act({ do: 'rerun', deliveryId: delivery.id })}
                >
                  Rerun
                </button>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );

const events = ['candidateStageChange', 'candidateDeleted', 'candidateArchiveChange'] as const;

/** Lever's Webhooks page: the groups' switches, the URLs with their tokens, and what was sent. */
export const Webhooks = ({ lever }: { lever: LeverView }) => {
  const [url, setUrl] = useState('');
  const [event, setEvent] = useState<string>(events[0]);
  return (
    <div class="settings">
      <p class="buttons">
        {events.map((group) => (
          <Switch
            key={group}
            label={`${group} is on`}
            on={!lever.silencedEvents.includes(group)}
            onSwitch={(on) => void act({ do: 'switch-events', organizationId: lever.id, event: group, on })}
          />
        ))}
      </p>
      {lever.webhooks.length === 0 && <p class="empty-state">No webhook yet: nobody hears when a candidate moves.</p>}
      <ul class="rows">
        {lever.webhooks.map((webhook) => (
          <Webhook key={webhook.id} lever={lever} webhook={webhook} />
        ))}
      </ul>
      <form
        class="new-webhook"
        onSubmit={(submitted) => {
          submitted.preventDefault();
          void act({ do: 'add-webhook', organizationId: lever.id, url: url.trim(), event });
          setUrl('');
        }}
      >
        <label>
          <span class="label">Webhook URL</span>
          <input
            value={url}
            type="url"
            required
            placeholder="from Turn’s settings page"
            onInput={({ currentTarget }) => setUrl(currentTarget.value)}
          />
        </label>
        <label>
          <span class="label">Event</span>
          <select value={event} onChange={({ currentTarget }) => setEvent(currentTarget.value)}>
            {events.map((name) => (
              <option key={name}>{name}</option>
            ))}
          </select>
        </label>
        <button type="submit" class="primary">
          Add webhook
        </button>
      </form>
      <h3>Deliveries</h3>
      <Deliveries deliveries={lever.deliveries} />
    </div>
  );
};
