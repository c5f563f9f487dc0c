import { ofType, synthesize, target } from './synthesize.ts';

type MetricOf = { MetricName?: string; Namespace?: string; Dimensions?: { Name: string; Value: unknown }[] };
type MetricStat = { Metric: MetricOf; Period: number; Stat: string };
type Alarm = MetricOf & {
  Period?: number;
  Statistic?: string;
  Metrics?: { Id: string; Expression?: string; MetricStat?: MetricStat }[];
  Threshold: number;
  EvaluationPeriods: number;
  DatapointsToAlarm?: number;
  ComparisonOperator: string;
  AlarmDescription: string;
  AlarmActions?: string[];
};

/** One value of a metric: of ours by its name alone, of a queue after the queue's (`StageChanges NumberOfMessagesReceived`), of the table after the operation's. */
export type Sample = { readonly at: number; readonly metric: string; readonly value: number };

const topicOf = (told: string): string => `arn:aws:sns:eu-central-1:123456789012:${told}`;
const { service } = synthesize({
  alarmPage: topicOf('page'),
  alarmTicket: topicOf('ticket'),
  alarmCustomer: topicOf('customer'),
  mailSender: 'notices@turn.example',
});
const alarms: Record<string, Alarm> = Object.fromEntries(
  Object.entries(ofType(service, 'AWS::CloudWatch::Alarm')).map(([id, { Properties }]) => [id, Properties as Alarm]),
);
export const composites = Object.values(ofType(service, 'AWS::CloudWatch::CompositeAlarm')).map(({ Properties }) => {
  const rule = JSON.stringify(Properties['AlarmRule']);
  const ids = Object.keys(alarms).filter((id) => rule.includes(`"${id}`));
  return {
    AlarmDescription: String(Properties['AlarmDescription']),
    AlarmActions: Properties['AlarmActions'] as string[],
    rule,
    ids,
    of: ids.map((id) => alarms[id] as Alarm),
  };
});
const halves = new Set(composites.flatMap(({ ids }) => ids));
const minuteMs = 60_000;
const weekMs = 7 * 24 * 60 * minuteMs;

const keyOf = ({ Namespace, MetricName, Dimensions = [] }: MetricOf): string => {
  if (Namespace === 'LeverTurn') return String(MetricName);
  const of =
    Namespace === 'AWS/SQS'
      ? Dimensions.map(({ Value }) => target(Value))
      : [Namespace, ...Dimensions.flatMap(({ Name, Value }) => (Name === 'Operation' ? [Value] : []))];
  return [...of, MetricName].join(' ');
};

/** What CloudWatch makes of the values of one period; a metric that is not there has no value. */
const statistic = (name: string, values: readonly number[]): number | undefined => {
  if (values.length === 0) return undefined;
  const sum = values.reduce((total, value) => total + value, 0);
  const ofAll: Record<string, number> = {
    Sum: sum,
    Average: sum / values.length,
    Minimum: Math.min(...values),
    Maximum: Math.max(...values),
    SampleCount: values.length,
  };
  const percent = /^p(\d+)$/u.exec(name)?.[1];
  if (percent === undefined) return ofAll[name];
  const rank = Math.ceil((Number(percent) / 100) * values.length);
  return values.toSorted((one, other) => one - other)[Math.max(rank, 1) - 1];
};

/** Is it so, by the expression of an alarm, where these are the values that it names? */
const evaluate = (expression: string, values: Readonly<Record<string, number | undefined>>): number => {
  const script = expression.replaceAll(/\bAND\b/gu, '&&').replaceAll(/\bIF\b/gu, 'choose');
  const names = Object.keys(values);
  const choose = <T>(isSo: boolean, yes: T, no: T): T => (isSo ? yes : no);
  const FILL = (value: number | undefined, otherwise: number): number => value ?? otherwise;
  const judge = new Function('choose', 'FILL', ...names, `return ${script};`) as (...all: unknown[]) => number;
  return judge(choose, FILL, ...Object.values(values));
};

/** In the place of CloudWatch's model, which knows the hours of the day besides: so it is the narrower of the two for a busy hour. */
const upperBound = (past: readonly number[], deviations: number): number => {
  const mean = past.reduce((total, value) => total + value, 0) / past.length;
  const variance = past.reduce((total, value) => total + (value - mean) ** 2, 0) / past.length;
  return mean + deviations * Math.sqrt(variance);
};

/** The values of a metric from then until then. */
type Values = (metric: string, begin: number, end: number) => number[];

const valuesOf = (samples: readonly Sample[]): Values => {
  const minutes = new Map<string, number[]>();
  const minuteOf = (metric: string, at: number): string => `${metric} ${Math.floor(at / minuteMs)}`;
  for (const { metric, at, value } of samples) {
    const key = minuteOf(metric, at);
    const values = minutes.get(key);
    if (values === undefined) minutes.set(key, [value]);
    else values.push(value);
  }
  return (metric, begin, end) =>
    Array.from(
      { length: (end - begin) / minuteMs },
      (_, n) => minutes.get(minuteOf(metric, begin + n * minuteMs)) ?? [],
    ).flat();
};

/** Is this alarm breached by the period that ends then? One on silence is not: what it listens to is not told here. */
const isBreached = (alarm: Alarm, values: Values, end: number, periodMs: number): boolean => {
  const given = (metric: MetricOf, stat: string, until = end): number | undefined =>
    statistic(stat, values(keyOf(metric), until - periodMs, until));
  const stats = (alarm.Metrics ?? []).flatMap(({ Id, MetricStat: stat }) => (stat === undefined ? [] : [{ Id, stat }]));
  const expression = alarm.Metrics?.find(({ Expression }) => Expression !== undefined)?.Expression ?? '0';
  const deviations = /^ANOMALY_DETECTION_BAND\(\w+, ?(\d+)\)$/u.exec(expression)?.[1];
  const [first] = stats;
  if (deviations !== undefined && first !== undefined) {
    const sumUntil = (until: number): number => given(first.stat.Metric, 'Sum', until) ?? 0;
    const week = Array.from({ length: weekMs / periodMs }, (_, n) => sumUntil(end - (n + 1) * periodMs));
    return sumUntil(end) > upperBound(week, Number(deviations));
  }
  if (alarm.ComparisonOperator !== 'GreaterThanOrEqualToThreshold') return false;
  const value =
    alarm.Metrics === undefined
      ? given(alarm, alarm.Statistic ?? '')
      : evaluate(expression, Object.fromEntries(stats.map(({ Id, stat }) => [Id, given(stat.Metric, stat.Stat)])));
  return value !== undefined && value >= alarm.Threshold;
};

/** Does it ring then? CloudWatch looks every minute, at the periods that end with it. */
const ringsAt = (alarm: Alarm, values: Values, at: number): boolean => {
  const periodMs =
    (alarm.Period ?? alarm.Metrics?.find(({ MetricStat: stat }) => stat)?.MetricStat?.Period ?? 0) * 1000;
  const ends = Array.from({ length: alarm.EvaluationPeriods }, (_, n) => at - n * periodMs);
  const breaching = ends.filter((end) => isBreached(alarm, values, end, periodMs));
  return breaching.length >= (alarm.DatapointsToAlarm ?? alarm.EvaluationPeriods);
};

/** Who is told what by the alarms that ring at some time after then, until then, and after how many minutes. */
export const ringing = (samples: readonly Sample[], from: number, until: number): { told: string; after: number }[] => {
  const values = valuesOf(samples);
  const all = [
    ...Object.entries(alarms).flatMap(([id, alarm]) => (halves.has(id) ? [] : [{ ...alarm, of: [alarm] }])),
    ...composites,
  ];
  const minutes = Array.from({ length: (until - from) / minuteMs }, (_, n) => n + 1);
  return all.flatMap(({ AlarmActions = [], AlarmDescription, of }) => {
    const after = minutes.find((minute) => of.every((each) => ringsAt(each, values, from + minute * minuteMs)));
    const whom = AlarmActions.map((topic) => topic.split(':').at(-1)).join();
    return after === undefined ? [] : [{ told: `${whom}: ${AlarmDescription.split('. Impact')[0]}`, after }];
  });
};
