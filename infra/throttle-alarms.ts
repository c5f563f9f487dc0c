import { Duration } from 'aws-cdk-lib';
import { MathExpression, Metric, Stats } from 'aws-cdk-lib/aws-cloudwatch';
import type { ServiceAlarmProps } from './constructs/service-alarm.ts';
import type { ServiceFunction, TableAction } from './constructs/service-function.ts';

const FIVE_MINUTES = Duration.minutes(5);

/** A person whose call is turned away gets an error, and the alarm on those rings. */
const calledByPeople: ReadonlySet<string> = new Set(['settings-api', 'settings-page', 'lever-oauth', 'mail-links']);

const tableActions = ['GetItem', 'PutItem', 'UpdateItem', 'DeleteItem', 'Query'] as const satisfies TableAction[];

/** Twenty in each of two of three periods: what trying again repairs is over sooner. */
const lasting = { threshold: 20, periods: 3, breaching: 2 };

/** Alarms on what AWS turns away because there is too much of it, of the functions that no person calls, and of the table. */
export const throttleAlarms = (
  functions: Readonly<Record<string, ServiceFunction>>,
  tableName: string,
): Record<string, ServiceAlarmProps> => {
  const unattended = Object.entries(functions).filter(([, { folder }]) => !calledByPeople.has(folder));
  const throttles = unattended.map(([name, { function: fn }]) => [name, fn.metricThrottles({ period: FIVE_MINUTES })]);
  // Of each operation: those include what its indexes turn away, which the table's events do not.
  const refused = tableActions.map((Operation) => [
    `of${Operation}`,
    new Metric({
      namespace: 'AWS/DynamoDB',
      metricName: 'ThrottledRequests',
      dimensionsMap: { TableName: tableName, Operation },
      statistic: Stats.SUM,
      period: FIVE_MINUTES,
    }),
  ]);
  return {
    FunctionsThrottled: {
      title: 'functions are throttled',
      target: 'ticket',
      impact: 'Webhooks are accepted late, and checks start and are shown late, until calls get through.',
      metric: sumOf(Object.fromEntries(throttles), 'Calls that Lambda turned away'),
      ...lasting,
    },
    TableThrottled: {
      title: 'the table is throttled',
      target: 'ticket',
      impact:
        'Work that the table does not take is tried again, minutes later each time: checks start and are shown late.',
      metric: sumOf(Object.fromEntries(refused), 'Requests that DynamoDB turned away'),
      ...lasting,
    },
  };
};

/** CloudWatch lets an alarm add up ten metrics, and no more. */
const sumOf = (usingMetrics: Record<string, Metric>, label: string): MathExpression =>
  new MathExpression({
    expression: Object.keys(usingMetrics)
      .map((name) => `FILL(${name}, 0)`)
      .join(' + '),
    usingMetrics,
    period: FIVE_MINUTES,
    label,
  });
