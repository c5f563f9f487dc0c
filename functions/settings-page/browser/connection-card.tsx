import { useSignal } from '@preact/signals';
import { whoDid } from './activity-texts.ts';
import type { Overview } from './contract.ts';
import type { Model } from './model.ts';
import { ActionButton, Badge, Card, Moment, Question } from './parts.tsx';
import { texts } from './texts.ts';
import { useAction } from './use-action.ts';
import { Webhooks } from './webhooks.tsx';

const words = texts.connection;
const tones = { connected: 'good', disconnected: 'bad', not_connected: 'idle' } as const;

/** The tab's mark that it has gone to Lever, until it comes back. */
export const wentToLever = 'went-to-lever';

/** Whether Lever lets us in, and the two buttons that change it. */
export const ConnectionCard = (props: { model: Model; overview: Overview; leave: (go: () => void) => void }) => {
  const { connection, user } = props.overview;
  const isAsked = useSignal(false);
  const authorize = useAction(async () => {
    const { json } = await props.model.ask<{ authorizeUrl: string }>('POST', '/api/lever/authorize');
    props.leave(() => {
      sessionStorage.setItem(wentToLever, 'yes');
      location.assign(json.authorizeUrl);
    });
  });
  const disconnect = useAction(async () => {
    await props.model.ask('POST', '/api/lever/disconnect');
    isAsked.value = false;
    props.model.notice.value = { tone: 'good', title: words.disconnected_done, while: 'not_connected' };
    await props.model.refresh();
  });
  const isConnected = connection.state === 'connected';
  return (
    <Card
      id="connection"
      title={words.title}
      aside={<Badge tone={tones[connection.state]}>{words.states[connection.state]}</Badge>}
    >
      {connection.state === 'not_connected' ? <p>{words.notConnected}</p> : null}
      {connection.state === 'disconnected' ? <p>{words.disconnected}</p> : null}
      {connection.state === 'not_connected' ? null : <Facts connection={connection} userId={user.id} />}
      {user.maySettle ? (
        <div class="actions">
          <ActionButton
            action={authorize}
            kind={isConnected ? '' : 'primary'}
            label={isConnected ? words.authorizeAgain : words.authorize}
            busyLabel={words.leaving}
          />
          {connection.state === 'not_connected' ? null : (
            <button type="button" class="danger quiet" onClick={() => (isAsked.value = true)}>
              {words.disconnect}
            </button>
          )}
        </div>
      ) : null}
      <Webhooks model={props.model} overview={props.overview} />
      {isAsked.value ? (
        <Question
          title={words.confirmTitle}
          yes={words.disconnect}
          no={texts.cancel}
          isDangerous
          action={disconnect}
          onNo={() => (isAsked.value = false)}
        >
          <ul>
            {words.confirm.map((each) => (
              <li key={each}>{each}</li>
            ))}
          </ul>
        </Question>
      ) : null}
    </Card>
  );
};

const Facts = ({ connection, userId }: { connection: Overview['connection']; userId: string }) => (
  <dl class="facts">
    {connection.leverAccountId === null ? null : (
      <div>
        <dt>{words.leverAccount}</dt>
        <dd>
          <span class="id">{connection.leverAccountId}</span>
          <p class="hint">{words.leverAccountHint}</p>
        </dd>
      </div>
    )}
    {connection.authorizedAt === null ? null : (
      <div>
        <dt>{words.authorized}</dt>
        <dd>
          <Moment at={connection.authorizedAt} /> {whoDid(connection.authorizedBy, connection.authorizedByName, userId)}
          {connection.leverUserId === null ? null : (
            <p class="hint">
              {words.leverUser} <span class="id">{connection.leverUserId}</span>
            </p>
          )}
        </dd>
      </div>
    )}
    <div>
      <dt>{connection.state === 'connected' ? words.since : words.disconnectedSince}</dt>
      <dd>
        <Moment at={connection.changedAt} />
      </dd>
    </div>
    {connection.state !== 'connected' || connection.reauthorizeBy === null ? null : (
      <div>
        <dt>{words.reauthorize}</dt>
        <dd>
          <Moment at={connection.reauthorizeBy} />
          {connection.daysLeft === null ? null : (
            <span class={connection.daysLeft <= 30 ? 'soon' : 'quiet'}> · {words.daysLeft(connection.daysLeft)}</span>
          )}
        </dd>
      </div>
    )}
  </dl>
);
