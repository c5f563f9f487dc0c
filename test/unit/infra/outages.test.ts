import type { Context, SQSEvent } from 'aws-lambda';
import { describe, expect, it } from 'vitest';
import { parseMessage, queueHandler } from '#shared/edge/queue-handler.ts';
import { type EventCode, eventRow } from '#shared/observability/events.ts';
import { createWorld } from '../../fakes/world.ts';
import { ofType, synthesize } from './synthesize.ts';

type World = Awaited<ReturnType<typeof createWorld>>;
type MetricStat = { Metric: { MetricName: string; Namespace: string }; Period: number };
type Alarm = {
  AlarmName: string | { 'Fn::Join': unknown };
  MetricName?: string;
  Namespace?: string;
  Period?: number;
  Metrics?: { Id: string; Expression?: string; MetricStat?: MetricStat; ReturnData?: boolean }[];
  Threshold: number;
  EvaluationPeriods: number;
  ComparisonOperator: string;
  AlarmDescription: string;
};

const { service } = synthesize({ mailSender: 'notices@turn.example' });
const alarms: Record<string, Alarm> = Object.fromEntries(
  Object.entries(ofType(service, 'AWS::CloudWatch::Alarm')).map(([id, { Properties }]) => [id, Properties as Alarm]),
);
const composites = Object.values(ofType(service, 'AWS::CloudWatch::CompositeAlarm')).map(({ Properties }) => {
  const rule = JSON.stringify(Properties['AlarmRule']);
  const ids = Object.keys(alarms).filter((id) => rule.includes(`"${id}`));
  return {
    AlarmDescription: String(Properties['AlarmDescription']),
    rule,
    ids,
    of: ids.map((id) => alarms[id] as Alarm),
  };
});
const halves = new Set(composites.flatMap(({ ids }) => ids));
const ours = 'LeverTurn';
const quarterMs = 15 * 60_000;
const hourMs = 4 * quarterMs;
const weekMs = 7 * 24 * hourMs;

/** Is it so, by the expression of an alarm, where these are the sums of the metrics that it names? A metric that is not there has no value. */
const evaluate = (expression: string, values: Readonly<Record<string, number | undefined>>): number => {
  const script = expression.replaceAll(/\bAND\b/gu, '&&').replaceAll(/\bIF\b/gu, 'choose');
  const names = Object.keys(values);
  const choose = (isSo: boolean, yes: number, no: number): number => (isSo ? yes : no);
  const FILL = (value: number | undefined, otherwise: number): number => value ?? otherwise;
  const judge = new Function('choose', 'FILL', ...names, `return ${script};`) as (...all: unknown[]) => number;
  return judge(choose, FILL, ...Object.values(values));
};

type Log = readonly { at: number; code: EventCode }[];

/** In which periods from then until then this alarm on our own metrics is breached; it learns from what lies in the log before. */
const breachesOf = (alarm: Alarm, log: Log, from: number, until: number): boolean[] => {
  const stats = (alarm.Metrics ?? []).flatMap(({ Id, MetricStat: stat }) => (stat === undefined ? [] : [{ Id, stat }]));
  const isOurs =
    alarm.Namespace === ours || (stats.length > 0 && stats.every(({ stat }) => stat.Metric.Namespace === ours));
  if (!isOurs) return [];
  const periodMs = (alarm.Period ?? stats[0]?.stat.Period ?? 0) * 1000;
  const sum = (name: string, begin: number): number | undefined => {
    const isCounted = ({ at, code }: Log[number]): boolean =>
      eventRow(code).metric === name && at >= begin && at < begin + periodMs;
    return log.filter(isCounted).length || undefined;
  };
  const expression = alarm.Metrics?.find(({ Expression }) => Expression !== undefined)?.Expression ?? '0';
  const deviations = /^ANOMALY_DETECTION_BAND\(\w+, ?(\d+)\)$/u.exec(expression)?.[1];
  const isBreached = (begin: number): boolean => {
    if (deviations !== undefined) {
      const name = stats[0]?.stat.Metric.MetricName ?? '';
      const week = Array.from({ length: weekMs / periodMs }, (_, n) => sum(name, begin - (n + 1) * periodMs) ?? 0);
      return (sum(name, begin) ?? 0) > upperBound(week, Number(deviations));
    }
    if (alarm.ComparisonOperator !== 'GreaterThanOrEqualToThreshold') return false;
    const values = Object.fromEntries(stats.map(({ Id, stat }) => [Id, sum(stat.Metric.MetricName, begin)]));
    const value =
      alarm.Metrics === undefined ? (sum(alarm.MetricName ?? '', begin) ?? 0) : evaluate(expression, values);
    return value >= alarm.Threshold;
  };
  const begins = Array.from({ length: Math.ceil((until - from) / periodMs) }, (_, n) => from + n * periodMs);
  return begins.map(isBreached);
};

/** In the place of CloudWatch's model, which knows the hours of the day besides: so it is the narrower of the two for a busy hour. */
const upperBound = (past: readonly number[], deviations: number): number => {
  const mean = past.reduce((total, value) => total + value, 0) / past.length;
  const variance = past.reduce((total, value) => total + (value - mean) ** 2, 0) / past.length;
  return mean + deviations * Math.sqrt(variance);
};

/** The titles of the alarms on our own metrics that ring for these events, period by period. */
const ringing = (log: Log, from: number, until: number): string[] => {
  const rings = (alarm: Alarm): boolean => {
    const breaches = breachesOf(alarm, log, from, until);
    const needed = alarm.EvaluationPeriods;
    return breaches.some((_, index) => breaches.slice(index, index + needed).filter(Boolean).length === needed);
  };
  const titleOf = ({ AlarmDescription }: Pick<Alarm, 'AlarmDescription'>): string =>
    AlarmDescription.split('. Impact')[0] ?? '';
  const byThemselves = Object.entries(alarms).filter(([id]) => !halves.has(id));
  // A composite rings while all of its halves do, and they have the same periods.
  const both = composites.filter(({ of }) => {
    const breaches = of.map((half) => breachesOf(half, log, from, until));
    return (breaches[0] ?? []).some((_, index) => breaches.every((each) => each[index]));
  });
  return [...byThemselves.map(([, alarm]) => alarm).filter(rings), ...both].map(titleOf);
};

/** Twenty candidates enter within ten minutes: what is told of them within half an hour. */
const logOf = async (goWrong: (world: World) => unknown): Promise<{ log: Log; from: number }> => {
  const world = await createWorld();
  const from = world.now();
  const log: { at: number; code: EventCode }[] = [];
  await goWrong(world);
  let read = 0;
  const note = (): void => {
    for (const { code } of world.log.slice(read)) log.push({ at: world.now(), code });
    read = world.log.length;
  };
  for (let minute = 0; minute < 30; minute++) {
    for (const half of minute < 10 ? ['a', 'b'] : []) {
      const { id } = world.recruiter.addOpportunity({
        name: `Odalys Number${minute}${half}`,
        emails: [`odalys-${minute}${half}@people.example`],
      });
      world.recruiter.moveToStage(id, 'Reference check');
    }
    await world.settle();
    await world.wait(60);
    note();
  }
  return { log, from };
};

const always = 1_000_000;
const failing = (vendor: 'turn' | 'lever', path: string, failure: number, body?: unknown) => (world: World) =>
  world[vendor].failNext({ path, times: always, failure, ...(body === undefined ? {} : { body }) });

/** What goes wrong, and which of our alarms ring within half an hour of it. */
const outages: Record<string, [goWrong: (world: World) => unknown, rung: string[]]> = {
  nothing: [() => undefined, []],
  'Turn answers no order': [failing('turn', '/person/search_async', 500), ['most work is overdue', 'work is overdue']],
  'Turn answers nothing': [failing('turn', '', 500), ['most work is overdue', 'work is overdue']],
  'Turn refuses every order': [
    failing('turn', '/person/search_async', 422, { errors: ['first_name is invalid'] }),
    ['Turn refuses most orders'],
  ],
  'Turn refuses every token': [
    failing('turn', '', 401, { error: 'Unauthorized' }),
    ['Turn refuses most orders', 'Turn refuses the token of an account'],
  ],
  'Lever answers nothing': [failing('lever', '', 500), ['most work is overdue', 'work is overdue']],
};

describe('our alarms ring within half an hour, and only then', () => {
  it.each(Object.entries(outages))('%s', async (_, [goWrong, rung]) => {
    const { log, from } = await logOf(goWrong);
    expect(ringing(log, from, from + 2 * quarterMs).toSorted()).toEqual(rung.toSorted());
  });
});

describe('code that throws what nobody foresaw', () => {
  const minuteMs = 60_000;
  const title = 'work meets errors that nobody foresaw';
  /** What is told where the work of each of these messages throws; `receipts`: how often the queue has given it out by then. */
  const thrownAt = async (messages: readonly { at: number; receipts?: number }[]): Promise<Log> => {
    const log: { at: number; code: EventCode }[] = [];
    for (const { at, receipts = 1 } of messages) {
      const handler = queueHandler(
        parseMessage,
        async () => {
          throw new TypeError('Nobody foresaw this.');
        },
        { changeVisibility: async () => {}, sendToDeadLetters: async () => {} },
        (code) => void log.push({ at, code }),
      );
      const record = {
        messageId: 'm-1',
        receiptHandle: 'h-1',
        eventSource: 'aws:sqs',
        body: JSON.stringify({ accountId: 'acct_a', opportunityId: 'opp-1' }),
        attributes: { ApproximateReceiveCount: String(receipts) },
      };
      const context = { awsRequestId: 'r-1', functionName: 'f', getRemainingTimeInMillis: () => minuteMs };
      await handler({ Records: [record] } as unknown as SQSEvent, context as Context);
    }
    return log;
  };

  it('rings where a new version throws at a tenth of the work, before it gets all of it', async () => {
    const log = await thrownAt(Array.from({ length: 6 }, (_, n) => ({ at: n * 2.5 * minuteMs })));
    expect(ringing(log, 0, quarterMs)).toEqual([title]);
  });

  it('rings nothing for one odd candidate, for whom the sweep sends every five minutes a message that the queue gives out five times', async () => {
    const sent = Array.from({ length: 24 }, (_, n) => n * 5 * minuteMs);
    const tries = sent.flatMap((begin) =>
      [1, 2, 3, 4, 5].map((receipts) => ({ at: begin + (receipts - 1) * 6 * minuteMs, receipts })),
    );
    const webhook = { at: 31 * minuteMs };
    expect(ringing(await thrownAt([...tries, webhook]), 0, 2 * hourMs)).toEqual([]);
  });
});

describe('unusually many checks', async () => {
  const { log: twenty, from: begin } = await logOf(() => undefined);
  /** What the product told of twenty candidates, so many times over in the hour that begins then. */
  const hour = (at: number, times: number): Log =>
    Array.from({ length: times }, () => twenty.map(({ code, at: told }) => ({ code, at: told - begin + at }))).flat();
  const now = 2 * weekMs;
  /** A week in which so many times twenty candidates enter in each working hour, Monday to Friday. */
  const week = (times: number): Log =>
    Array.from({ length: 5 * 8 }, (_, n) =>
      hour(now - weekMs + (Math.floor(n / 8) * 24 + 9 + (n % 8)) * hourMs, times),
    ).flat();
  const lastHour = (usual: number, times: number): string[] =>
    ringing([...week(usual), ...hour(now, times)], now, now + hourMs);

  it.each([
    ['a usual hour', 1, 1],
    ['a usual hour of many customers', 10, 10],
    ['twice as many as usual', 10, 20],
    ['twenty candidates where there were none all week', 0, 1],
    ['a quiet hour', 1, 0],
  ])('ring nothing: %s', (_, usual, times) => {
    expect(lastHour(usual, times)).toEqual([]);
  });

  it.each([
    ['of few customers', 1, 20],
    ['of many customers', 10, 200],
    ['where there were none all week', 0, 20],
  ])('ring: twenty times a usual hour %s', (_, usual, times) => {
    expect(lastHour(usual, times)).toEqual(['unusually many checks are ordered']);
  });

  it('ring where they are many and unusual, both at once', () => {
    expect(composites.map(({ ids }) => ids.toSorted())).toEqual([['OrderSurgeMany', 'OrderSurgeUnusual']]);
    for (const { rule } of composites) expect(rule).toMatch(/\(ALARM\(.+\) AND ALARM\([^|]+\)\)/u);
  });
});
