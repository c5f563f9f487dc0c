import { waitingText } from './activity-texts.ts';
import type { Overview } from './contract.ts';
import { Badge, Card, Moment } from './parts.tsx';
import { texts } from './texts.ts';

const words = texts.health;

/** Whether it works, at a glance. */
export const HealthCard = ({ overview }: { overview: Overview }) => {
  const { webhook, health, problems, connection } = overview;
  const isIdle = connection.state === 'not_connected' && health.lastCheckAt === null;
  // What is not registered is not silent.
  const areMissing = problems.some(({ code }) => code === 'webhook_secret_missing');
  const state = isIdle ? 'idle' : problems.length > 0 ? 'bad' : 'good';
  return (
    <Card id="health" title={words.title} aside={<Badge tone={state}>{words[state]}</Badge>}>
      {problems.length === 0 ? null : (
        <ul class="problems" aria-label={words.problems}>
          {problems.map(({ code, message }) => (
            <li key={code}>{message}</li>
          ))}
        </ul>
      )}
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
    </Card>
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
