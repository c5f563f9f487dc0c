import type { AccountProblem } from '#shared/domain/account-problems.ts';
import type { HealthState } from '#shared/domain/health.ts';
import { waitingText } from './activity-texts.ts';
import { Backfill } from './backfill.tsx';
import type { Overview } from './contract.ts';
import { healthWords as words } from './health-texts.ts';
import type { Model } from './model.ts';
import { OpenCandidates } from './open-candidates.tsx';
import { Card, Moment } from './parts.tsx';
import { PauseButton } from './pause-button.tsx';

/** Does it work, and if not: what is wrong, since when, and what to do? */
export const HealthCard = ({ model, overview }: { model: Model; overview: Overview }) => {
  const { health } = overview;
  // That Lever is not connected is no problem of an account that nobody has connected: the first words say so.
  const problems = health.problems.filter(({ code }) => code !== 'lever_not_connected');
  return (
    <Card id="health" title={words.title}>
      <div class={`stand ${tones[health.state]}`}>
        <p>
          <strong>{stateText(health.state, problems.length)}</strong> <SinceWhen health={health} />
        </p>
        {health.state === 'attention' ? null : (
          <p>
            <StateDetail model={model} overview={overview} />
          </p>
        )}
      </div>
      {problems.length === 0 ? null : (
        <ul class={`problems ${tones[health.state]}`} aria-label={words.problems}>
          {problems.map((problem) => (
            <Problem key={problem.code} problem={problem} />
          ))}
        </ul>
      )}
      {health.open.length === 0 ? null : <OpenCandidates model={model} overview={overview} />}
      <Backfill model={model} overview={overview} />
      {hasHappened(overview) ? <Facts overview={overview} /> : null}
      <PauseButton model={model} overview={overview} />
    </Card>
  );
};

/** Where nothing has happened yet, there is nothing to tell the times of. */
const hasHappened = ({ webhook, health }: Overview): boolean =>
  health.state !== 'not_connected' &&
  (health.waiting.count > 0 ||
    [health.lastCheckAt, health.lastLeverWriteAt, webhook.lastReceivedAt, webhook.lastVerifiedAt].some(
      (at) => at !== null,
    ) ||
    webhook.silentSince !== null);

const tones: Readonly<Record<HealthState, 'good' | 'warn' | 'bad' | 'idle'>> = {
  not_connected: 'idle',
  waiting_for_first_move: 'idle',
  working: 'good',
  attention: 'warn',
  down: 'bad',
};

const stateText = (state: HealthState, problems: number): string =>
  state === 'attention' ? words.attention(problems) : words.states[state];

const SinceWhen = ({ health: { state, since } }: { health: Overview['health'] }) =>
  since === null || state === 'not_connected' ? null : (
    <span>
      {words.since} <Moment at={since} />
    </span>
  );

const StateDetail = ({ model, overview: { health, connection } }: { model: Model; overview: Overview }) => {
  const form = model.form.value;
  switch (health.state) {
    case 'not_connected':
      return words.notConnected;
    case 'waiting_for_first_move':
      return words.firstMove(form.state === 'ready' ? form.value.saved.triggerStages.map(({ name }) => name) : []);
    case 'working':
      return (
        <>
          {words.working} <Moment at={connection.changedAt} />.
        </>
      );
    case 'down':
      return words.down;
    case 'attention':
      return null;
  }
};

const Problem = ({ problem: { message, todo, since, candidates } }: { problem: AccountProblem }) => (
  <li>
    <strong>{message}</strong>
    <p>{todo}</p>
    {since === null && candidates === 0 ? null : (
      <p class="hint concern">
        {since === null ? null : (
          <span>
            {words.began} <Moment at={since} />
          </span>
        )}
        {candidates === 0 ? null : <span>{words.candidates(candidates)}</span>}
      </p>
    )}
  </li>
);

const Facts = ({ overview: { webhook, health, connection } }: { overview: Overview }) => {
  // What is not registered is not silent.
  const areMissing = health.problems.some(({ code }) => code === 'webhook_secret_missing');
  return (
    <dl class="facts">
      <Fact term={words.check} at={health.lastCheckAt} />
      <Fact term={words.write} at={health.lastLeverWriteAt} />
      <Fact term={words.webhook} at={webhook.lastReceivedAt} />
      {webhook.lastVerifiedAt === null ? null : <Fact term={words.verified} at={webhook.lastVerifiedAt} />}
      {webhook.silentSince === null || areMissing ? null : <Fact term={words.silent} at={webhook.silentSince} />}
      <div>
        <dt>{words.waiting}</dt>
        <dd>
          <WorkWaiting waiting={health.waiting} isConnected={connection.state === 'connected'} />
        </dd>
      </div>
    </dl>
  );
};

const Fact = ({ term, at }: { term: string; at: number | null }) => (
  <div>
    <dt>{term}</dt>
    <dd>
      <Moment at={at} />
    </dd>
  </div>
);

const WorkWaiting = (props: { waiting: Overview['health']['waiting']; isConnected: boolean }) => {
  const { waiting, isConnected } = props;
  if (waiting.count === 0) return <span class="quiet">{words.nothing}</span>;
  return (
    <>
      {waiting.isComplete ? waiting.count : words.atLeast(waiting.count)}
      <ul class="reasons">
        {waiting.reasons.map(({ reason, count }) => (
          <li key={reason}>
            {count} {isConnected && reason === 'lever_disconnected' ? words.reconciling : waitingText(reason)}
          </li>
        ))}
      </ul>
    </>
  );
};
