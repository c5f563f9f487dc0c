import { Duration } from 'aws-cdk-lib';
import type { AlarmBase, Metric } from 'aws-cdk-lib/aws-cloudwatch';
import type { Construct } from 'constructs';
import type { MetricName } from '#shared/observability/events.ts';
import { type AlarmSurroundings, createServiceAlarm, type ServiceAlarmProps } from './constructs/service-alarm.ts';
import type { ServiceFunction } from './constructs/service-function.ts';
import { countOf } from './count-of.ts';
import { floodAlarms, type Inflow } from './flood-alarms.ts';
import { queueAlarms, type WorkQueues } from './queue-alarms.ts';
import { serviceLevelAlarms } from './service-level-alarms.ts';
import { throttleAlarms } from './throttle-alarms.ts';

const QUARTER = Duration.minutes(15);
const FIVE_MINUTES = Duration.minutes(5);

export type Watched = Inflow & {
  functions: { sweep: ServiceFunction } & Record<string, ServiceFunction>;
  queues: WorkQueues;
  serverErrors: Metric;
  latency: Metric[];
  tableName: string;
};

/** Creates every alarm; each has a heading in RUNBOOK.md. */
export const createAlarms = (scope: Construct, watched: Watched, surroundings: AlarmSurroundings): AlarmBase[] => {
  const levels = serviceLevelAlarms(watched.queues, watched.serviceName);
  const alarms = {
    ...queueAlarms(watched.queues),
    ...functionAlarms(watched),
    ...flowAlarms(watched),
    ...levels,
    ...floodAlarms(watched),
    ...throttleAlarms(watched.functions, watched.tableName),
  };
  return Object.entries(alarms).map(([id, props]) => createServiceAlarm(scope, id, props, surroundings));
};

/** Checks go on without these: their failures wait for the morning. */
const nobodyWaitsFor: ReadonlySet<string> = new Set([
  'settings-api',
  'settings-page',
  'lever-oauth',
  'status-callback',
  'account-maintenance',
]);

const functionAlarms = ({ functions }: Watched): Record<string, ServiceAlarmProps> => {
  const failing = Object.values(functions).map(({ node, folder, failureImpact, function: fn }) => [
    `${node.id}Fails`,
    // Fewer may be a machine of AWS's that went away: whoever called, calls again.
    {
      title: `${folder} fails`,
      target: nobodyWaitsFor.has(folder) ? 'ticket' : 'page',
      impact: failureImpact,
      metric: fn.metricErrors({ period: QUARTER }),
      threshold: 3,
    },
  ]);
  return {
    ...Object.fromEntries(failing),
    SweepNotRunning: {
      title: 'sweep is not running',
      target: 'page',
      impact: functions.sweep.failureImpact,
      metric: functions.sweep.function.metricInvocations({ period: FIVE_MINUTES }),
      threshold: 1,
      periods: 2,
      whenBelow: true,
    },
  };
};

const flowAlarms = ({ serverErrors, serviceName }: Watched): Record<string, ServiceAlarmProps> => {
  const counted = (metricName: MetricName, threshold: number, period = FIVE_MINUTES) => ({
    metric: countOf(metricName, serviceName, period),
    threshold,
  });
  return {
    ServerErrors: {
      title: 'callers get server errors',
      target: 'page',
      impact: 'Webhooks or callbacks depend on retries; Lever gives up after five tries.',
      metric: serverErrors,
      threshold: 10,
    },
    SignaturesRefused: {
      title: 'signatures are refused',
      target: 'customer',
      impact:
        'Either an account’s webhook secret is wrong and its moves start no checks, or somebody sends forged webhooks.',
      ...counted('SignatureRefused', 20),
    },
    DeliveriesAboveLimit: {
      title: 'webhooks of an account are above its limit',
      target: 'customer',
      impact:
        'Until the hour ends, moves of this account are found by maintenance, up to an hour late. Somebody may have its webhook secret.',
      ...counted('DeliveryAboveLimit', 1),
    },
    AccountDisconnected: {
      title: 'an account is disconnected',
      target: 'customer',
      impact:
        'Nothing starts and nothing shows in Lever for this account until its Super Admin authorizes again. Its work waits and is not lost.',
      ...counted('AccountDisconnected', 1),
    },
    WebhooksSilent: {
      title: 'webhooks of an account are silent',
      target: 'customer',
      impact: 'Checks of this account start up to an hour late, when maintenance finds the moves.',
      ...counted('WebhooksSilent', 1),
    },
    LeverShared: {
      title: 'two accounts share one Lever',
      target: 'ticket',
      impact: 'One move there orders two checks, one for each account.',
      ...counted('LeverShared', 1),
    },
    LeverAppRejected: {
      title: 'Lever rejects our app',
      target: 'page',
      impact:
        'No access to Lever can be renewed: within an hour nothing starts and nothing shows in Lever for any account. Their work waits and is not lost, and no account has to authorize again.',
      ...counted('LeverAppRejected', 1),
    },
    LeverAccessDenied: {
      title: 'Lever forbids an account everything',
      target: 'customer',
      impact: 'Nothing starts and nothing shows in Lever for this account. Its work waits and is not lost.',
      ...counted('LeverAccessDenied', 1),
    },
    MissedEntries: {
      title: 'many moves come without a webhook',
      target: 'ticket',
      impact: 'Checks start up to an hour late.',
      ...counted('MissedEntryFound', 50, QUARTER),
    },
    ReauthorizationDue: {
      title: 'an account must authorize again soon',
      target: 'customer',
      impact: 'On that day the account is disconnected: nothing starts and nothing shows in Lever for it.',
      ...counted('ReauthorizationDue', 1),
    },
    CapReached: {
      title: 'an hourly cap is reached',
      target: 'customer',
      impact:
        'Further checks of an account wait for the next hour. Either this is a bulk move, or somebody misuses the account’s webhook secret.',
      ...counted('CapReached', 1),
    },
    MailGivenUp: {
      title: 'a mail was given up',
      target: 'ticket',
      impact: 'Somebody who asked for it was not told what is wrong with an account, or that it is mended.',
      ...counted('MailGivenUp', 1, QUARTER),
    },
    UnforeseenErrors: {
      title: 'work meets errors that nobody foresaw',
      target: 'page',
      impact:
        'Perhaps since the last release, checks do not start, Lever does not show their progress, or accounts are not maintained.',
      // One odd candidate counts three times in a quarter, whenever the sweep has sent for them again, and a fourth time by a webhook; two ring.
      ...counted('WorkFailed', 5, QUARTER),
    },
    MessageUnreadable: {
      title: 'a message is unreadable',
      target: 'ticket',
      impact:
        'One candidate’s work item is in the dead letters; if the table knows the candidate, the sweep makes up for it.',
      ...counted('MessageUnreadable', 1),
    },
  };
};
