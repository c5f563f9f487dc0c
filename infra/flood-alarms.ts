import { Duration } from 'aws-cdk-lib';
import { MathExpression, type Metric } from 'aws-cdk-lib/aws-cloudwatch';
import type { ServiceAlarmProps } from './constructs/service-alarm.ts';
import { countOf } from './count-of.ts';

const QUARTER = Duration.minutes(15);

export type Inflow = {
  /** What came in by HTTP, and what of it was refused (4xx), in a quarter of an hour. */
  requests: Record<'all' | 'refused', Metric>;
  /** Answers of 429 in five minutes. */
  tooMany: Metric;
  /** The dimension that every metric of our own carries. */
  serviceName: string;
};

/** Alarms on more than there should be: of requests, of refusals, of orders. What a quiet service sees on a busy day is below each floor. */
export const floodAlarms = ({ requests, tooMany, serviceName }: Inflow): Record<string, ServiceAlarmProps> => ({
  TooManyRequests: {
    title: 'many requests are answered 429',
    target: 'ticket',
    impact:
      'Either one account is above its limit, or a route is flooded and everybody on it waits. Webhooks and callbacks that were refused are made up for, up to some hours late.',
    metric: tooMany,
    threshold: 100,
  },
  RequestsAboveLimit: {
    title: 'an account asks too much of the settings API',
    target: 'customer',
    impact: 'The settings page of this account answers a minute late. No other account notices, and checks go on.',
    metric: countOf('RequestAboveLimit', serviceName, QUARTER),
    threshold: 100,
  },
  MostRequestsRefused: {
    title: 'most requests are refused',
    target: 'ticket',
    impact:
      'Somebody tries addresses, keys or tokens, which costs us money and gets them nothing; or a change of ours or of a vendor’s makes us refuse what is right.',
    metric: new MathExpression({
      expression: 'IF(FILL(refused, 0) >= 1000 AND FILL(refused, 0) > FILL(all, 0) / 2, 1, 0)',
      usingMetrics: requests,
      period: QUARTER,
      label: 'Most requests are refused',
    }),
    threshold: 1,
  },
  OrderSurge: {
    title: 'unusually many checks are ordered',
    target: 'page',
    impact:
      'Customers may pay for checks that nobody wants: somebody moves candidates with a stolen secret or sign-in, or a change of ours orders what it should not.',
    metric: countOf('CheckStarted', serviceName, Duration.hours(1)),
    threshold: 100,
    // Recruiters work in bursts: ten times a usual hour is a bulk move, above six deviations of the model’s own lies more.
    unusualByDeviations: 6,
  },
});
