import type { Duration } from 'aws-cdk-lib';
import { Metric, Stats } from 'aws-cdk-lib/aws-cloudwatch';
import type { MeasureName, MetricName } from '#shared/observability/events.ts';
import { metricNamespace } from '#shared/observability/log-lines.ts';

/** Counts of one of our own metrics. */
export const countOf = (metricName: MetricName, serviceName: string, period: Duration): Metric => {
  const dimensionsMap = { service: serviceName };
  return new Metric({ namespace: metricNamespace, metricName, dimensionsMap, statistic: Stats.SUM, period });
};

/** How long something took, in seconds: one of our own metrics, by this statistic (`p90`), or how often it was measured. */
export const lagOf = (metricName: MeasureName, serviceName: string, period: Duration, statistic: string): Metric => {
  const dimensionsMap = { service: serviceName };
  return new Metric({ namespace: metricNamespace, metricName, dimensionsMap, statistic, period });
};
