import { Duration } from 'aws-cdk-lib';
import { type Alarm, AlarmStatusWidget, Dashboard, GraphWidget } from 'aws-cdk-lib/aws-cloudwatch';
import type { Construct } from 'constructs';
import { metricNames } from '#shared/observability/events.ts';
import { countOf, type Watched } from './alarms.ts';

/** One page: which alarms are on, what waits in the queues, what the functions count. */
export const createDashboard = (
  scope: Construct,
  { queues, functions, serviceName }: Watched,
  alarms: Alarm[],
): void => {
  const hour = Duration.hours(1);
  const both = Object.values(queues);
  new Dashboard(scope, 'Dashboard', {
    defaultInterval: Duration.days(1),
    widgets: [
      [new AlarmStatusWidget({ title: 'Alarms', alarms, width: 24, height: 4 })],
      [
        new GraphWidget({
          title: 'Waiting, and dead letters',
          width: 12,
          left: both.map(({ queue }) => queue.metricApproximateNumberOfMessagesVisible()),
          right: both.map(({ deadLetters }) => deadLetters.metricApproximateNumberOfMessagesVisible()),
        }),
        new GraphWidget({
          title: 'Duration, slowest in a hundred',
          width: 12,
          left: Object.values(functions).map(({ function: fn }) => fn.metricDuration({ statistic: 'p99' })),
        }),
      ],
      [
        new GraphWidget({
          title: 'What happened',
          width: 24,
          left: metricNames.map((name) => countOf(name, serviceName, hour)),
        }),
      ],
    ],
  });
};
