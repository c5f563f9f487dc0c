import { correlationId } from './correlation.ts';
import { eventRow, type Log, type LogFields, metricNamespace } from './events.ts';

const fieldNames = ['accountId', 'opportunityId', 'referenceId', 'reason', 'count', 'seconds'] as const;
const longestField = 120;

const placeOf = (requestId: string | undefined) => ({
  // One name for all functions of a stage, so that each of our metrics is one series.
  service: process.env['SERVICE_NAME'],
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
export const log: Log = (code, fields) => {
  const { level } = eventRow(code);
  const id = correlationId();
  const line = {
    level: level.toUpperCase(),
    message: code,
    timestamp: new Date().toISOString(),
    ...place,
    code,
    ...knownFields(fields),
    correlationId: id,
    ...metricsOf(code, fields),
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

const metricsOf = (code: Parameters<Log>[0], { seconds }: LogFields): Record<string, unknown> => {
  const { metric, measure } = eventRow(code);
  const values = {
    ...(metric === undefined ? {} : { [metric]: 1 }),
    ...(measure === undefined || seconds === undefined ? {} : { [measure]: seconds }),
  };
  const names = Object.keys(values);
  if (names.length === 0) return {};
  const Metrics = names.map((Name) => ({ Name, Unit: Name === measure ? 'Seconds' : 'Count' }));
  const CloudWatchMetrics = [{ Namespace: metricNamespace, Dimensions: [['service']], Metrics }];
  return { ...values, _aws: { Timestamp: Date.now(), CloudWatchMetrics } };
};
