import { correlationId } from './correlation.ts';
import type { EventRow, EventTable, LogFields, LogOf } from './emit.ts';

/** The namespace of our metrics in CloudWatch. */
export const metricNamespace = 'LeverTurn';

const fieldNames = ['accountId', 'opportunityId', 'referenceId', 'reason', 'count', 'seconds'] as const;
const longestField = 120;

const placeOf = (requestId: string | undefined) => ({
  // One name for all functions of a stage, so that each of our metrics is one series.
  service: process.env['SERVICE_NAME'],
  function_name: process.env['AWS_LAMBDA_FUNCTION_NAME'],
  function_request_id: requestId,
  // `Root=1-5759e988-bd862e3fe1be46a994272793;Parent=…`
  xray_trace_id: process.env['_X_AMZN_TRACE_ID']?.split(';')[0]?.replace('Root=', ''),
});

/** Where lines come from: the request that the process works on, of which Lambda gives it one at a time. */
let place = placeOf(undefined);

/** Every line until the next request carries this one's id. */
export const noteRequest = (id: string | undefined): void => {
  place = placeOf(id);
};

/** Writes one line to CloudWatch, as JSON. What an event counts or measures lies in the same line, in CloudWatch's embedded metric format: neither comes without the other. */
export const createLog =
  <Code extends string>(events: EventTable<Code>): LogOf<Code> =>
  (code, fields) => {
    const row = events[code];
    const time = new Date();
    const line = {
      level: row.level.toUpperCase(),
      message: code,
      timestamp: time.toISOString(),
      ...place,
      code,
      ...knownFields(fields),
      correlationId: correlationId(),
      ...metricsOf(row, fields, time),
    };
    process.stdout.write(`${JSON.stringify(line)}\n`);
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

const metricsOf = ({ metric, measure }: EventRow, { seconds }: LogFields, time: Date): Record<string, unknown> => {
  const isMeasured = measure !== undefined && seconds !== undefined;
  if (metric === undefined && !isMeasured) return {};
  const Metrics = [
    ...(metric === undefined ? [] : [{ Name: metric, Unit: 'Count' }]),
    ...(isMeasured ? [{ Name: measure, Unit: 'Seconds' }] : []),
  ];
  return {
    ...(metric === undefined ? {} : { [metric]: 1 }),
    ...(isMeasured ? { [measure]: seconds } : {}),
    _aws: {
      Timestamp: time.getTime(),
      CloudWatchMetrics: [{ Namespace: metricNamespace, Dimensions: [['service']], Metrics }],
    },
  };
};
