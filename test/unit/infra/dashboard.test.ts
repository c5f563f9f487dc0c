import { expect, it } from 'vitest';
import { measureNames, metricNames } from '#shared/observability/events.ts';
import { ofType, synthesize } from './synthesize.ts';

const [dashboard] = Object.values(ofType(synthesize().service, 'AWS::CloudWatch::Dashboard'));
const body = JSON.stringify(dashboard?.Properties['DashboardBody']).replaceAll('\\\\', '').replaceAll('\\"', '"');

it.each([
  ...metricNames,
  ...measureNames,
  ...['Errors', 'Throttles', 'Duration', 'ApproximateNumberOfMessagesVisible', 'ApproximateAgeOfOldestMessage'],
  ...['4xx', '5xx', 'Latency'],
  ...['ConsumedReadCapacityUnits', 'ConsumedWriteCapacityUnits', 'ReadThrottleEvents', 'WriteThrottleEvents'],
])('the dashboard shows %s', (name) => {
  expect(body).toContain(`"${name}"`);
});
