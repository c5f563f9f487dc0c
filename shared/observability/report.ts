import { Logger } from '@aws-lambda-powertools/logger';
import { Metrics, MetricUnit } from '@aws-lambda-powertools/metrics';
import { type LogFields, logCodes, type Report } from './log-codes.ts';

export const logger = new Logger();
export const metrics = new Metrics();

const fieldNames = ['accountId', 'opportunityId', 'checkId', 'reason', 'count'] as const;
const longestField = 120;

/** Reports to CloudWatch: a structured line by Powertools' logger and a count by its metrics. */
export const report: Report = (code, fields) => {
  const { level, metric } = logCodes[code];
  logger[level](code, { code, ...knownFields(fields) });
  if (metric !== null) metrics.addMetric(metric, MetricUnit.Count, 1);
};

/** Only the named fields, each short and of plain characters: what came from outside cannot smuggle more into the log. */
const knownFields = (fields: LogFields): Record<string, string | number> =>
  Object.fromEntries(
    fieldNames.flatMap((name) => {
      const value = fields[name];
      if (value === undefined) return [];
      return [
        [name, typeof value === 'number' ? value : value.replaceAll(/[^\w .:/()-]/gu, '?').slice(0, longestField)],
      ];
    }),
  );
