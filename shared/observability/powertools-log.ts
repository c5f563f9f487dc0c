import { Logger } from '@aws-lambda-powertools/logger';
import { Metrics, MetricUnit } from '@aws-lambda-powertools/metrics';
import { eventRow, type Log, type LogFields } from './events.ts';

export const logger = new Logger();
export const metrics = new Metrics();

const fieldNames = ['accountId', 'opportunityId', 'referenceId', 'reason', 'count'] as const;
const longestField = 120;

/** Logs to CloudWatch: a structured line by Powertools' logger and a count by its metrics. */
export const log: Log = (code, fields) => {
  const { level, metric } = eventRow(code);
  logger[level](code, { code, ...knownFields(fields) });
  if (metric !== undefined) metrics.addMetric(metric, MetricUnit.Count, 1);
};

/** Only the named fields, each short and of plain characters: what came from outside cannot smuggle more into the log. */
const knownFields = (fields: LogFields): Record<string, string | number> => {
  const known: Record<string, string | number> = {};
  for (const name of fieldNames) {
    const value = fields[name];
    if (value === undefined) continue;
    known[name] = typeof value === 'number' ? value : value.replaceAll(/[^\w .:/()-]/gu, '?').slice(0, longestField);
  }
  return known;
};
