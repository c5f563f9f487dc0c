import type { AccountProblem } from '#shared/domain/account-problems.ts';
import type { HealthState } from '#shared/domain/health.ts';
import { openTexts, waitingText } from './activity-texts.ts';
import { Backfill } from './backfill.tsx';
import { CheckAgain } from './check-again.tsx';
import type { Overview } from './contract.ts';
import type { Model } from './model.ts';
import { Badge, Card, Moment, OpportunityLink } from './parts.tsx';
import { texts } from './texts.ts';

const words = texts.health;

/** Does it work, and if not: what is wrong, since when, and what to do? */
export const HealthCard = ({ model, overview }: { model: Model; overview: Overview }) => {
  const { webhook, health, connection } = overview;
  const { state, problems, open } = health;
  // What is not registered is not silent.
  const areMissing = problems.some(({ code }) => code === 'webhook_secret_missing');
  return (
    <Card id="health" title={words.title} aside={<Badge tone={tones[state]}>{words.states[state]}</Badge>}>
      {problems.length === 0 ? null : (
        <ul class="problems" aria-label={words.problems}>
          {problems.map((problem) => (
            <Problem key={problem.code} problem={problem} />
          ))}
        </ul>
      )}
      {open.length === 0 ? null : <OpenCandidates model={model} overview={overview} />}
      <dl class="facts">
        <Fact term={words.webhook} at={webhook.lastReceivedAt} />
        <Fact term={words.verified} at={webhook.lastVerifiedAt} />
        {webhook.silentSince === null || areMissing ? null : <Fact term={words.silent} at={webhook.silentSince} />}
        <Fact term={words.check} at={health.lastCheckAt} />
        <Fact term={words.write} at={health.lastLeverWriteAt} />
        <div>
          <dt>{words.waiting}</dt>
          <dd>
            <WorkWaiting waiting={health.waiting} isConnected={connection.state === 'connected'} />
          </dd>
        </div>
      </dl>
      <Backfill model={model} overview={overview} />
    </Card>
  );
};

const tones: Readonly<Record<HealthState, 'good' | 'bad' | 'idle'>> = {
  not_connected: 'idle',
  waiting_for_first_move: 'idle',
  working: 'good',
  attention: 'bad',
  down: 'bad',
};

const Problem = ({ problem: { message, todo, since, candidates } }: { problem: AccountProblem }) => (
  <li>
    <strong>{message}</strong> {todo}
    {since === null && candidates === 0 ? null : (
      <span class="quiet concern">
        {since === null ? null : (
          <>
            {words.since} <Moment at={since} />
          </>
        )}
        {candidates === 0 ? null : <span>{words.candidates(candidates)}</span>}
      </span>
    )}
  </li>
);

const OpenCandidates = ({ model, overview }: { model: Model; overview: Overview }) => (
  <details class="open-candidates">
    <summary>{words.open}</summary>
    <ol>
      {overview.health.open.map(({ opportunityId, code, since }) => (
        <li key={opportunityId}>
          <OpportunityLink overview={overview} opportunityId={opportunityId} /> <span>{openTexts[code]}</span>{' '}
          <span class="quiet">
            {words.since} <Moment at={since} />
          </span>{' '}
          {overview.user.maySettle ? <CheckAgain model={model} opportunityId={opportunityId} /> : null}
        </li>
      ))}
    </ol>
  </details>
);

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
