import { Duration } from 'aws-cdk-lib';
import {
  type AlarmBase,
  AlarmStatusWidget,
  Dashboard,
  GraphWidget,
  type IMetric,
  type IWidget,
  Metric,
} from 'aws-cdk-lib/aws-cloudwatch';
import type { Construct } from 'constructs';
import { measureNames, metricNames } from '#shared/observability/events.ts';
import type { Watched } from './alarms.ts';
import { countOf, lagOf } from './count-of.ts';

/** One page: which alarms are on, what customers get, what waits, what fails or is throttled, what the functions count. */
export const createDashboard = (
  scope: Construct,
  { queues, functions, requests, tooMany, serverErrors, latency, tableName, serviceName }: Watched,
  alarms: AlarmBase[],
): void => {
  const hour = Duration.hours(1);
  const dimensionsMap = { TableName: tableName };
  const ofTable = (...names: string[]) =>
    names.map((metricName) => new Metric({ namespace: 'AWS/DynamoDB', metricName, dimensionsMap, statistic: 'Sum' }));
  const all = Object.values(functions).map(({ function: fn }) => fn);
  const waiting = Object.values(queues);
  const lags = (statistic: string) => measureNames.map((name) => lagOf(name, serviceName, hour, statistic));
  const third = (title: string, left: IMetric[], right: IMetric[] = []): IWidget =>
    new GraphWidget({ title, width: 8, left, right });
  new Dashboard(scope, 'Dashboard', {
    defaultInterval: Duration.days(1),
    widgets: [
      [new AlarmStatusWidget({ title: 'Alarms', alarms, width: 24, height: 4 })],
      [
        third('Seconds to start, to show, overdue: nine in ten, and the most', lags('p90'), lags('Maximum')),
        third(
          'Waiting, and dead letters',
          waiting.map(({ queue }) => queue.metricApproximateNumberOfMessagesVisible()),
          waiting.map(({ deadLetters }) => deadLetters.metricApproximateNumberOfMessagesVisible()),
        ),
        third(
          'Age of the oldest message',
          waiting.map(({ queue }) => queue.metricApproximateAgeOfOldestMessage()),
        ),
      ],
      [
        third(
          'Errors, and throttles',
          all.map((fn) => fn.metricErrors()),
          all.map((fn) => fn.metricThrottles()),
        ),
        third(
          'Duration, slowest in a hundred',
          all.map((fn) => fn.metricDuration({ statistic: 'p99' })),
        ),
        third(
          'Requests, 4xx, 429 and 5xx, and latency',
          [requests.all, requests.refused, tooMany, serverErrors],
          latency,
        ),
      ],
      [
        third(
          'Table: consumed, and throttled',
          ofTable('ConsumedReadCapacityUnits', 'ConsumedWriteCapacityUnits'),
          ofTable('ReadThrottleEvents', 'WriteThrottleEvents'),
        ),
        new GraphWidget({
          title: 'What happened',
          width: 16,
          left: metricNames.map((name) => countOf(name, serviceName, hour)),
        }),
      ],
    ],
  });
};
