import { Duration } from 'aws-cdk-lib';
import { MathExpression, Stats } from 'aws-cdk-lib/aws-cloudwatch';
import type { MeasureName, MetricName } from '#shared/observability/events.ts';
import type { ServiceAlarmProps } from './constructs/service-alarm.ts';
import type { WorkQueue } from './constructs/work-queue.ts';
import { countOf, lagOf } from './count-of.ts';
import type { WorkQueues } from './queue-alarms.ts';

const QUARTER = Duration.minutes(15);

/**
 * Alarms on what customers get, whatever the cause: a total outage of a vendor, of one account or of our own rings within half
 * an hour, and the daily business of single candidates rings nobody out of bed.
 */
export const serviceLevelAlarms = (queues: WorkQueues, serviceName: string): Record<string, ServiceAlarmProps> => {
  const counted = (name: MetricName) => countOf(name, serviceName, QUARTER);
  /** 1 where it happened three times at least, and oftener than what it should have been. */
  const mostly = (bad: MetricName, ...good: MetricName[]): MathExpression =>
    new MathExpression({
      expression: `IF(FILL(bad, 0) >= 3 AND FILL(bad, 0) > ${good.map((_, index) => `FILL(good${index}, 0)`).join(' + ')}, 1, 0)`,
      usingMetrics: {
        bad: counted(bad),
        ...Object.fromEntries(good.map((name, index) => [`good${index}`, counted(name)])),
      },
      period: QUARTER,
      label: `${bad} outweighs ${good.join(' and ')}`,
    });
  /** How long nine in ten took at most, in seconds; 0 where there were too few to tell. */
  const mostlyWithin = (name: MeasureName): MathExpression =>
    new MathExpression({
      expression: 'IF(FILL(samples, 0) >= 5, slow, 0)',
      usingMetrics: {
        slow: lagOf(name, serviceName, QUARTER, 'p90'),
        samples: lagOf(name, serviceName, QUARTER, Stats.SAMPLE_COUNT),
      },
      period: QUARTER,
      label: `${name}, nine in ten`,
    });
  /** 1 where messages lay there for all of the quarter, and nobody took one. */
  const isNotConsumed = ({ queue }: WorkQueue): MathExpression =>
    new MathExpression({
      expression: 'IF(FILL(waiting, 0) >= 1 AND FILL(taken, 0) == 0, 1, 0)',
      usingMetrics: {
        waiting: queue.metricApproximateNumberOfMessagesVisible({ period: QUARTER, statistic: Stats.MINIMUM }),
        taken: queue.metricNumberOfMessagesReceived({ period: QUARTER, statistic: Stats.SUM }),
      },
      period: QUARTER,
      label: 'Messages wait and are not taken',
    });
  return {
    OrdersRefused: {
      title: 'Turn refuses most orders',
      target: 'page',
      impact: 'Most candidates who are moved into a trigger stage get no check. Their recruiters are told so in Lever.',
      metric: mostly('OrderRefused', 'CheckStarted'),
      threshold: 1,
    },
    ManyOrdersRefused: {
      title: 'Turn refuses many orders',
      target: 'ticket',
      impact:
        'Ten candidates and more get no check, perhaps all of one account. Their recruiters are told so in Lever.',
      metric: countOf('OrderRefused', serviceName, Duration.hours(1)),
      threshold: 10,
    },
    TurnTokenRefused: {
      title: 'Turn refuses the token of an account',
      target: 'ticket',
      impact: 'No check starts for this account until it has a new token. Recruiters and its Super Admin are told so.',
      metric: counted('TurnTokenRefused'),
      threshold: 1,
    },
    LeverForbidsSeveral: {
      title: 'Lever forbids several accounts everything',
      target: 'page',
      impact: 'Nothing starts and nothing shows in Lever for these accounts. Their work waits and is not lost.',
      // Each account is counted once, when it begins: one alone wakes nobody, however many candidates it has. One that is idle is found within the hour.
      metric: countOf('LeverAccessDenied', serviceName, Duration.hours(1)),
      threshold: 2,
    },
    MostWorkOverdue: {
      title: 'most work is overdue',
      target: 'page',
      impact:
        'For ten minutes and more, checks do not start or Lever does not show their progress, for most candidates.',
      metric: mostly('WorkOverdue', 'CheckStarted', 'LeverSynced'),
      threshold: 1,
    },
    WorkOverdue: {
      title: 'work is overdue',
      target: 'ticket',
      impact:
        'For ten minutes and more, a check does not start or Lever does not show its progress, perhaps for one account alone.',
      metric: counted('WorkOverdue'),
      threshold: 1,
    },
    MaintenanceOverdue: {
      title: 'maintenance is overdue',
      target: 'ticket',
      impact: 'An account has not been maintained for two hours: its lost webhooks are not found.',
      metric: counted('MaintenanceOverdue'),
      threshold: 1,
    },
    StartsLate: {
      title: 'checks start late',
      target: 'ticket',
      impact: 'More than one check in ten starts over half an hour after the candidate was moved.',
      metric: mostlyWithin('StartLag'),
      threshold: Duration.minutes(30).toSeconds(),
    },
    StatusesLate: {
      title: 'statuses are shown late',
      target: 'ticket',
      impact: 'More than one status in ten is shown in Lever over half an hour after Turn told us of it.',
      metric: mostlyWithin('StatusLag'),
      threshold: Duration.minutes(30).toSeconds(),
    },
    StageChangesIdle: {
      title: 'stage-changes is not consumed',
      target: 'page',
      impact: 'No check starts, for any account.',
      metric: isNotConsumed(queues.stageChanges),
      threshold: 1,
    },
    CheckUpdatesIdle: {
      title: 'check-updates is not consumed',
      target: 'page',
      impact: 'Lever shows nothing of any check’s progress.',
      metric: isNotConsumed(queues.checkUpdates),
      threshold: 1,
    },
    AccountsDueIdle: {
      title: 'accounts-due is not consumed',
      target: 'ticket',
      impact: 'No account is maintained: lost webhooks are not found, and idle connections end after 90 days.',
      metric: isNotConsumed(queues.accountsDue),
      threshold: 1,
    },
  };
};
