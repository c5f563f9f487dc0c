import { Duration } from 'aws-cdk-lib';
import type { ServiceAlarmProps } from './constructs/service-alarm.ts';
import type { WorkQueue } from './constructs/work-queue.ts';

const FIVE_MINUTES = Duration.minutes(5);

export type WorkQueues = Readonly<Record<'stageChanges' | 'checkUpdates' | 'accountsDue', WorkQueue>>;

/** What lies in a queue for too long, or failed too often. */
export const queueAlarms = (queues: WorkQueues): Record<string, ServiceAlarmProps> => {
  const dead = (queue: WorkQueue) => ({
    metric: queue.deadLetters.metricApproximateNumberOfMessagesVisible({ period: FIVE_MINUTES }),
    threshold: 1,
  });
  // Half an hour: what a bulk move of a few thousand candidates may rightly take at Lever's ten requests a second.
  const late = (queue: WorkQueue) => ({
    metric: queue.queue.metricApproximateAgeOfOldestMessage({ period: FIVE_MINUTES }),
    threshold: Duration.minutes(30).toSeconds(),
  });
  return {
    StageChangesDead: {
      title: 'stage-changes has dead letters',
      target: 'ticket',
      impact: 'Candidates moved into a trigger stage wait for their check until the sweep enqueues them again.',
      ...dead(queues.stageChanges),
    },
    CheckUpdatesDead: {
      title: 'check-updates has dead letters',
      target: 'ticket',
      impact: 'Lever shows recruiters an old status until the sweep enqueues these checks again.',
      ...dead(queues.checkUpdates),
    },
    AccountsDueDead: {
      title: 'accounts-due has dead letters',
      target: 'ticket',
      impact: 'An account is not maintained: its lost webhooks are not found, and its connection ends if it is idle.',
      ...dead(queues.accountsDue),
    },
    StageChangesLate: {
      title: 'stage-changes is falling behind',
      target: 'page',
      impact: 'Checks start more than half an hour after the candidate was moved.',
      ...late(queues.stageChanges),
    },
    CheckUpdatesLate: {
      title: 'check-updates is falling behind',
      target: 'page',
      impact: 'Lever shows the progress of checks more than half an hour late.',
      ...late(queues.checkUpdates),
    },
    AccountsDueLate: {
      title: 'accounts-due is falling behind',
      target: 'ticket',
      impact: 'Lost webhooks are found later than within the hour.',
      ...late(queues.accountsDue),
    },
  };
};
