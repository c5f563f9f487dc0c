import type { Context, SQSEvent } from 'aws-lambda';
import { describe, expect, it } from 'vitest';
import type { Fault } from '#infra/local/sandbox/faults.ts';
import { parseMessage, queueHandler } from '#shared/edge/queue-handler.ts';
import { eventRow } from '#shared/observability/events.ts';
import { createWorld } from '../../fakes/world.ts';
import { composites, ringing, type Sample } from './ringing.ts';

type World = Awaited<ReturnType<typeof createWorld>>;
type GoWrong = (world: World, account: number) => unknown;

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
const weekMs = 7 * 24 * hourMs;
const accounts = 4;
const queues = { decision: 'StageChanges', sync: 'CheckUpdates', maintenance: 'AccountsDue' } as const;
const queueNames = ['decision', 'sync', 'maintenance'] as const;

/** The access of the four accounts was granted at different times, so that each is renewed at another. */
const createAccount = async (account: number): Promise<World> => {
  const world = await createWorld({ seed: account + 1 });
  await world.credentials.update(world.accountId, ({ tokens, ...before }) => ({
    ...before,
    tokens: tokens && { ...tokens, expiresAt: world.now() + ((account + 0.4) * hourMs) / accounts },
  }));
  return world;
};

/** What an account's events have added to our metrics since it was asked last, as the log lines carry it. */
const counter = (world: World): (() => Omit<Sample, 'at'>[]) => {
  let read = 0;
  return () => {
    const told = world.log.slice(read);
    read = world.log.length;
    return told.flatMap(({ code, fields: { seconds } }) => {
      const { metric, measure } = eventRow(code);
      return [
        ...(metric === undefined ? [] : [{ metric, value: 1 }]),
        ...(measure === undefined || seconds === undefined ? [] : [{ metric: measure, value: seconds }]),
      ];
    });
  };
};

/** What SQS says of a queue that all accounts share, each minute. */
const queueGauge = (worlds: readonly World[], name: keyof typeof queues): ((at: number) => Omit<Sample, 'at'>[]) => {
  const sum = (of: (world: World) => number): number => worlds.reduce((total, world) => total + of(world), 0);
  const seen = new Map<unknown, number>();
  let takenBefore = 0;
  return (at) => {
    const items = worlds.flatMap(({ queues: { [name]: queue } }): unknown[] => queue);
    for (const item of items) if (!seen.has(item)) seen.set(item, at);
    const taken = sum((world) => world.taken[name]);
    const received = taken - takenBefore;
    takenBefore = taken;
    const oldest = Math.min(at, ...items.map((item) => seen.get(item) ?? at));
    const of = queues[name];
    return [
      { metric: `${of} ApproximateNumberOfMessagesVisible`, value: items.length },
      { metric: `${of} ApproximateAgeOfOldestMessage`, value: (at - oldest) / 1000 },
      { metric: `${of} NumberOfMessagesReceived`, value: received },
    ];
  };
};

/** Two candidates a minute enter, of each account in turn; what is counted, minute by minute. */
const observe = async (
  goWrong: GoWrong,
  { entering = 10, brokenAfter = 0, mendedAfter = Infinity, minutes = 30 } = {},
): Promise<{ samples: Sample[]; from: number }> => {
  const worlds = await Promise.all(Array.from({ length: accounts }, (_, account) => createAccount(account)));
  const from = worlds[0]?.now() ?? 0;
  const counters = worlds.map(counter);
  const gauges = queueNames.map((name) => queueGauge(worlds, name));
  const samples: Sample[] = [];
  const note = (at: number, noted: Omit<Sample, 'at'>[]): void => {
    samples.push(...noted.map((sample) => ({ ...sample, at })));
  };
  const look = (at: number): Omit<Sample, 'at'>[] => gauges.flatMap((gauge) => gauge(at));
  // Nothing lay in the queues before.
  for (let at = from - hourMs / 2; at < from; at += minuteMs) note(at, look(at));
  for (let minute = 0; minute < minutes; minute++) {
    for (const [account, world] of worlds.entries()) {
      if (minute === brokenAfter) await goWrong(world, account);
      if (minute === mendedAfter) for (const vendor of [world.lever, world.turn]) vendor.clearFaults();
      for (const half of minute < entering ? [0, 1] : []) {
        const number = minute * 2 + half;
        if (number % accounts !== account) continue;
        const emails = [`odalys-${number}@people.example`];
        const { id } = world.recruiter.addOpportunity({ name: `Odalys Number${number}`, emails });
        world.recruiter.moveToStage(id, 'Reference check');
      }
      await world.settle();
      await world.wait(60);
    }
    const at = from + minute * minuteMs;
    note(at, [...counters.flatMap((count) => count()), ...look(at)]);
  }
  return { samples, from };
};

const rung = (samples: readonly Sample[], from: number, until: number): string[] =>
  ringing(samples, from, until)
    .map(({ told }) => told)
    .toSorted();

const failing =
  (vendor: 'turn' | 'lever', fault: Omit<Fault, 'times'>): GoWrong =>
  (world) =>
    world[vendor].failNext({ ...fault, times: Infinity });
const nobodyTakes =
  (name: keyof typeof queues): GoWrong =>
  (world) =>
    world.stopConsuming(name);
const wrongAppSecret: GoWrong = ({ lever }) => {
  for (const app of lever.apps) app.clientSecret = 'the-secret-that-is-valid-now';
};
const noOrder = failing('turn', { path: '/person/search_async', failure: 500 });
const refusedOrders = failing('turn', {
  path: '/person/search_async',
  failure: 422,
  body: { errors: ['first_name is invalid'] },
});
const refusedTokens = failing('turn', { failure: 401, body: { error: 'Unauthorized' } });
/** To everything but the login, which knows no account. */
const forbidden = failing('lever', { account: 'org', failure: 403 });
const refusals = ['page: Turn refuses most orders', 'ticket: Turn refuses many orders'];
const overdue = ['page: most work is overdue', 'ticket: work is overdue'];

/** What goes wrong for all accounts, and who is told what within half an hour. */
const outages: Record<string, [GoWrong, told: string[]]> = {
  nothing: [() => undefined, []],
  'Turn answers no order': [noOrder, overdue],
  'Turn answers nothing': [failing('turn', { failure: 500 }), overdue],
  'Turn refuses every order': [refusedOrders, refusals],
  'Turn refuses every token': [refusedTokens, [...refusals, 'ticket: Turn refuses the token of an account']],
  'Lever answers nothing': [failing('lever', { failure: 500 }), overdue],
  'Lever forbids everything': [
    forbidden,
    ['page: Lever forbids several accounts everything', 'customer: Lever forbids an account everything'],
  ],
  'the secret of our app in Lever is wrong': [
    wrongAppSecret,
    ['page: Lever rejects our app', 'ticket: work is overdue'],
  ],
  'nobody takes from stage-changes': [nobodyTakes('decision'), ['page: stage-changes is not consumed']],
  'nobody takes from check-updates': [nobodyTakes('sync'), ['page: check-updates is not consumed']],
  'nobody takes from accounts-due': [nobodyTakes('maintenance'), ['ticket: accounts-due is not consumed']],
};

/** What goes wrong for one account of four, and who is told what within half an hour; after three hours nobody is woken yet. */
const troubles: Record<string, [GoWrong, told: string[]]> = {
  'Turn answers it nothing': [failing('turn', { failure: 500 }), ['ticket: work is overdue']],
  'Turn refuses its orders': [refusedOrders, ['ticket: Turn refuses many orders']],
  'Turn refuses its token': [
    refusedTokens,
    ['ticket: Turn refuses many orders', 'ticket: Turn refuses the token of an account'],
  ],
  'Lever answers it nothing': [failing('lever', { account: 'org', failure: 500 }), ['ticket: work is overdue']],
  // Only the customer can mend it.
  'Lever forbids it everything': [forbidden, ['customer: Lever forbids an account everything']],
};

/** What went wrong for 25 minutes, and who is told after its end of what came late. */
const aftermaths: Record<string, [GoWrong, told: string[]]> = {
  'Turn answered no order': [noOrder, [...overdue, 'ticket: checks start late']],
  'Lever took no tags': [
    failing('lever', { path: '/addTags', failure: 500 }),
    [...overdue, 'ticket: statuses are shown late'],
  ],
};

describe('our alarms', () => {
  it.each(Object.entries(outages))('ring within half an hour, and only then: %s', async (_, [goWrong, told]) => {
    const { samples, from } = await observe(goWrong);
    expect(rung(samples, from, from + hourMs / 2)).toEqual(told.toSorted());
  });

  it.each(Object.entries(outages))('ring as well where all went well before: %s', async (name, [goWrong, told]) => {
    const { samples, from } = await observe(goWrong, { brokenAfter: 20, entering: 80, minutes: 80 });
    const broken = from + 20 * minuteMs;
    // Four accounts are due four times an hour.
    const withinMs = name.endsWith('accounts-due') ? hourMs : hourMs / 2;
    expect(rung(samples, broken, broken + withinMs)).toEqual(expect.arrayContaining(told));
  });

  it.each(Object.entries(troubles))(
    'wake nobody for one account while the others work: %s',
    async (_, [goWrong, told]) => {
      const ofOne: GoWrong = (world, account) => (account === 0 ? goWrong(world, account) : undefined);
      const { samples, from } = await observe(ofOne, { entering: 180, minutes: 180 });
      expect(rung(samples, from, from + hourMs / 2)).toEqual(told.toSorted());
      expect(rung(samples, from, from + 3 * hourMs).filter((each) => each.startsWith('page'))).toEqual([]);
    },
  );

  it.each(Object.entries(aftermaths))(
    'tell of what came late by an outage that is over: %s',
    async (_, [goWrong, told]) => {
      const { samples, from } = await observe(goWrong, { mendedAfter: 25, minutes: 55 });
      const mended = from + 25 * minuteMs;
      expect(rung(samples, mended, mended + hourMs / 2)).toEqual(told.toSorted());
    },
  );

  it.each([
    ['decision', 'page: stage-changes'],
    ['sync', 'page: check-updates'],
    ['maintenance', 'ticket: accounts-due'],
  ] as const)('ring for a queue whose oldest message is half an hour old: %s', async (name, told) => {
    const { samples, from } = await observe(nobodyTakes(name), { minutes: 35 });
    const late = [`${told} is falling behind`, `${told} is not consumed`];
    expect(rung(samples, from, from + 35 * minuteMs)).toEqual(expect.arrayContaining(late));
  });
});

describe('code that throws what nobody foresaw', () => {
  const title = 'page: work meets errors that nobody foresaw';
  /** What is told where the work of each of these messages throws; `receipts`: how often the queue has given it out by then. */
  const thrownAt = async (messages: readonly { at: number; receipts?: number }[]): Promise<Sample[]> => {
    const samples: Sample[] = [];
    for (const { at, receipts = 1 } of messages) {
      const handler = queueHandler(
        parseMessage,
        async () => {
          throw new TypeError('Nobody foresaw this.');
        },
        { changeVisibility: async () => {}, sendToDeadLetters: async () => {} },
        (code) => {
          const { metric } = eventRow(code);
          if (metric !== undefined) samples.push({ at, metric, value: 1 });
        },
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
    return samples;
  };

  it('rings where a new version throws at a tenth of the work, before it gets all of it', async () => {
    const samples = await thrownAt(Array.from({ length: 6 }, (_, n) => ({ at: n * 2.5 * minuteMs })));
    expect(rung(samples, 0, hourMs / 4)).toEqual([title]);
  });

  it('rings for two odd candidates', async () => {
    const sent = [0, 5, 10, 15].flatMap((minute) => [minute, minute + 1]).map((minute) => ({ at: minute * minuteMs }));
    expect(rung(await thrownAt(sent), 0, hourMs / 2)).toEqual([title]);
  });

  it('rings nothing for one odd candidate, for whom the sweep sends every five minutes a message that the queue gives out five times', async () => {
    const sent = Array.from({ length: 24 }, (_, n) => n * 5 * minuteMs);
    const tries = sent.flatMap((begin) =>
      [1, 2, 3, 4, 5].map((receipts) => ({ at: begin + (receipts - 1) * 6 * minuteMs, receipts })),
    );
    const webhook = { at: 31 * minuteMs };
    expect(rung(await thrownAt([...tries, webhook]), 0, 2 * hourMs)).toEqual([]);
  });
});

describe('what AWS turns away', () => {
  const table = (counts: readonly number[]): Sample[] =>
    counts.map((value, n) => ({ at: n * 5 * minuteMs, metric: 'AWS/DynamoDB Query ThrottledRequests', value }));

  it('rings where it lasts', () => {
    expect(rung(table([20, 0, 20]), 0, hourMs / 2)).toEqual(['ticket: the table is throttled']);
  });

  it('rings nothing where trying again repairs it', () => {
    expect(rung(table([1_000, 0, 0, 19, 19, 19]), 0, hourMs / 2)).toEqual([]);
  });
});

describe('unusually many checks', async () => {
  const { samples, from: begin } = await observe(() => undefined);
  // Of the queues nothing is told here.
  const twenty = samples.filter(({ metric }) => !metric.includes(' '));
  /** What was counted of twenty candidates, so many times over in the hour that begins then. */
  const hour = (at: number, times: number): Sample[] =>
    Array.from({ length: times }, () => twenty.map((sample) => ({ ...sample, at: sample.at - begin + at }))).flat();
  const now = 2 * weekMs;
  /** A week in which so many times twenty candidates enter in each working hour, Monday to Friday. */
  const week = (times: number): Sample[] =>
    Array.from({ length: 5 * 8 }, (_, n) =>
      hour(now - weekMs + (Math.floor(n / 8) * 24 + 9 + (n % 8)) * hourMs, times),
    ).flat();
  const lastHour = (usual: number, times: number): string[] =>
    rung([...week(usual), ...hour(now, times)], now, now + hourMs);

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
    expect(lastHour(usual, times)).toEqual(['page: unusually many checks are ordered']);
  });

  it('ring where they are many and unusual, both at once', () => {
    expect(composites.map(({ ids }) => ids.toSorted())).toEqual([['OrderSurgeMany', 'OrderSurgeUnusual']]);
    for (const { rule } of composites) expect(rule).toMatch(/\(ALARM\(.+\) AND ALARM\([^|]+\)\)/u);
  });
});
