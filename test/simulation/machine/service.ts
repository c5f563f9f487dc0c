import type { Delivery, Outbox } from '#infra/local/sandbox/outbox.ts';
import type { Account } from '#shared/domain/account.ts';
import type { LogCode, LogFields } from '#shared/observability/log-codes.ts';
import type { Table } from '#shared/stores/table.ts';
import { createMemoryTable } from '../../fakes/memory-table.ts';
import { seededRandom } from '../../fakes/seeded-random.ts';
import { createPasts, createWatch, type Truth } from '../watch.ts';
import { type Customer, createCustomer, createModels, createQuickVault } from './customers.ts';
import { type Environment, type Fate, startEnvironment } from './environment.ts';
import { createFaults, type FaultKind } from './faults.ts';
import { type FunctionName, functions, type Outside, waits } from './functions.ts';
import { createPlatform, type Outcome } from './platform.ts';
import { createWorkQueue, type QueueName, sqsFor } from './queue.ts';
import { createScheduler } from './scheduler.ts';
import { tableFor } from './table.ts';
import { sendFor } from './vendors.ts';

const beginsAt = Date.parse('2026-03-02T09:00:00Z');
const minuteMs = 60_000;

export type ServiceOptions = {
  seed: number;
  people: readonly number[];
  /** Are some of the candidates special? */
  isVaried?: boolean;
  settings: Partial<Account>;
  hasNets?: boolean;
  rates: ReadonlyMap<FaultKind, number>;
  leftOut?: ReadonlySet<number>;
  isTraced: boolean;
  readDelayMs?: number;
  upkeepMs?: number;
  quietMs?: number;
  /** By how much all our clocks are wrong, and by how much one of ours may differ from another. */
  skewMs?: number;
  skewAmongMs?: number;
  /** What becomes of an environment at a call of its, and as which kinds of faults that counts; in place of chance. */
  fates?: { at: (environment: Environment, point: string) => Fate | null; like: readonly FaultKind[] };
  /** How a delivery of a vendor travels; null leaves it to chance. */
  journeyOf?: (delivery: Delivery) => Journey | null;
};

type Journey = { readonly lateMs: number; readonly isTwice: boolean; readonly isLost: boolean };

/** A vendor that answers nothing, and how often it was called all the same after two hours of it. */
type Outage = { readonly since: number; readonly until: number; callsAfterwards: number };

type LogLine = { readonly code: LogCode; readonly fields: LogFields };

export type Service = Awaited<ReturnType<typeof createService>>;

/** The whole service on virtual time: the shipped functions on a simulated AWS, and the sandboxes' vendors around it. All of it follows from the seed. */
export const createService = async (options: ServiceOptions) => {
  const stream = (n: number): (() => number) =>
    seededRandom(Math.imul(options.seed + 1, 0x9e37_79b1) ^ (n * 0x85eb_ca6b));
  const [order, chance, delays, content] = [stream(1), stream(2), stream(3), stream(4)];
  const scheduler = createScheduler(beginsAt, order);
  const { now } = scheduler;
  const trace: string[] = [];
  const violations: string[] = [];
  const say = options.isTraced
    ? (what: () => string): void => void trace.push(`${((now() - beginsAt) / 1000).toFixed(3).padStart(12)} ${what()}`)
    : (): void => {};
  const violate = (what: string): void => {
    say(() => `✗ ${what}`);
    violations.push(what);
  };
  const faults = createFaults({
    ...{ rates: options.rates, leftOut: options.leftOut ?? new Set<number>(), random: chance, say },
  });
  const lagging: FaultKind[] = ['stall', 'zombie', 'slow', 'table answer lost', 'queue answer lost', 'message late'];
  const spoiling: FaultKind[] = [
    ...([...lagging, 'crash', 'table throttled', 'login answer lost', 'lever silent'] as const),
    ...(['table answer lost and retried'] as const),
  ];
  const may = (kinds: readonly FaultKind[]): boolean =>
    kinds.some((kind) => options.rates.has(kind) || options.fates?.like.includes(kind) === true);
  const truth: Truth = {
    ...{ pasts: createPasts(now), turnPasts: createPasts(now), replaced: new Map() },
    ...{ archived: new Set(), forged: new Set(), tagDeleted: new Set() },
    ...{ hidden: new Set(), unsavedSecrets: new Set(), revoked: new Set() },
    maySpoilAccess: may(spoiling),
    mayLag: may(lagging),
    mayBeRefused: options.rates.has('lever 4xx'),
    settingsChanged: false,
    isQuiet: false,
  };

  let idCount = 0;
  const newId = (): string => {
    idCount += 1;
    return `00000000-0000-4000-8000-${idCount.toString(16).padStart(12, '0')}`;
  };
  const vendorNow = (): number => now() - (options.skewMs ?? 0);
  const models = createModels(vendorNow, content, options.readDelayMs ?? 0);
  const memory = createMemoryTable();
  const vault = createQuickVault();
  const customers: Customer[] = [];
  const watched = { settings: options.settings };
  const watch = createWatch({ customers: () => customers, models, now, truth, violate, ...watched });
  for (const [index, people] of options.people.entries()) {
    customers.push(
      await createCustomer({
        ...{ number: index + 1, people, models, vault, random: content, settings: options.settings },
        ...{ table: memory, now, isVaried: options.isVaried ?? false },
      }),
    );
  }

  let quietSince = Number.POSITIVE_INFINITY;
  const denials = new Map<string, number>();
  const outages = new Map<'lever' | 'turn', Outage>();
  const isDown = (vendor: 'lever' | 'turn'): boolean => {
    const outage = outages.get(vendor);
    if (outage === undefined || outage.until <= now()) return false;
    const hours = (now() - outage.since) / (60 * minuteMs) - 2;
    if (hours > 0) outage.callsAfterwards += 1;
    // The sweep asks Lever once a minute for each customer whether it still lets us in.
    const perHour = 15 + (vendor === 'lever' ? 60 * customers.length : 0);
    if (outage.callsAfterwards > 25 + perHour * Math.max(hours, 0))
      violate(`8: ${vendor} is out of order, and called all the time`);
    return true;
  };
  const queues = (['stage-changes', 'check-updates'] as const).map((name) => createWorkQueue(name, now, newId));
  const log: LogLine[] = [];
  const logListeners: ((line: LogLine) => void)[] = [];

  /** A few milliseconds, seldom some seconds. */
  const latencyMs = (): number => {
    if (faults.strikes('slow', 'a call')) return 500 + Math.floor(delays() ** 2 * 14_000);
    return 1 + Math.floor(delays() ** 3 * 60);
  };
  const stallMs = (): number =>
    [2_000, 12_000, 24_000, 70_000, 130_000, 400_000, 4_000_000][Math.floor(delays() * 7)] ?? 0;
  const chanceOfFate = (_: Environment, point: string): Fate | null => {
    const when = delays() < 0.5 ? 'before' : 'after';
    if (faults.strikes('crash', `${when} ${point}`)) return { kind: 'crash', when };
    if (faults.strikes('stall', point)) return { kind: 'stall', when, ms: stallMs(), isZombie: false };
    if (faults.strikes('zombie', point)) return { kind: 'stall', when, ms: stallMs(), isZombie: true };
    return null;
  };
  const hasNets = options.hasNets ?? true;
  const skewAmong = options.skewAmongMs ?? 0;
  const start = (name: FunctionName, number: number) => {
    const environment = startEnvironment({
      ...{ name: `${name}#${number}`, scheduler, latencyMs, say },
      isInstant: () => truth.isQuiet && now() - quietSince > 900_000,
      skewMs: skewAmong === 0 ? 0 : Math.round((delays() * 2 - 1) * skewAmong),
      fateAt: options.fates?.at ?? chanceOfFate,
      onDeath: (dead) => platform.onDeath(dead),
    });
    const outside: Outside = {
      ...{ now: environment.now, sleep: environment.sleep, random: delays, newId, vault },
      table: watchingSlots(tableFor(planningSweeps(memory), environment, faults, watch)),
      sqs: sqsFor(queues, environment, faults, {
        onMessage: (queue, body) => watch.onText(`a message in ${queue}`, body),
      }),
      send: sendFor({ ...models, isDown, denials }, environment, faults, watch, content),
      report: (code, fields) => {
        say(() => `${environment.name} reports ${code} ${JSON.stringify(fields)}`);
        watch.onText(`the log line ${code}`, JSON.stringify(fields));
        if (code === 'account_disconnected') watch.onDisconnected(fields.accountId ?? '');
        log.push({ code, fields });
        for (const listener of logListeners) listener({ code, fields });
      },
      upkeepMs: options.upkeepMs ?? 3_600_000,
      waiting: options.quietMs === undefined ? waits : { ...waits, quietMs: options.quietMs },
    };
    return { environment, handler: functions[name](outside) };
  };
  const platform = createPlatform({
    ...{ scheduler, queues, start, say, random: order },
    isColdStart: () => faults.strikes('cold start', 'an invocation'),
  });
  for (const { name, queue } of queues) queue.onChange(() => platform.poll(name));

  // The sweep comes every minute. Minutes in which nothing is due are passed over: it would find nothing.
  let nextSweepAt = Number.POSITIVE_INFINITY;
  const planSweep = (dueAt: number): void => {
    const at = Math.ceil(Math.max(dueAt, now() + 1) / minuteMs) * minuteMs;
    if (at >= nextSweepAt) return;
    nextSweepAt = at;
    scheduler.after(at - now(), () => {
      if (nextSweepAt !== at) return;
      nextSweepAt = Number.POSITIVE_INFINITY;
      platform.invoke('sweep', {}, planNextSweep);
    });
  };
  const planNextSweep = (): void => {
    let soonest = Number.POSITIVE_INFINITY;
    for (const { due } of memory.dues()) if (due !== null && due < soonest) soonest = due;
    if (soonest < Number.POSITIVE_INFINITY) planSweep(soonest);
  };
  const planningSweeps = (table: Table): Table => ({
    ...table,
    put: async (item, replaces) => {
      if (item.due !== null) planSweep(item.due.dueAt + Math.abs(skewAmong));
      return table.put(item, replaces);
    },
  });
  const watchingSlots = (table: Table): Table => ({
    ...table,
    advance: async (key, move) => {
      watch.onSlots(key.pk.replace('ACCOUNT#', ''), move.by / 100, now() - move.atLeast - Math.abs(skewAmong));
      return table.advance(key, move);
    },
  });

  /** One HTTP request to our API; what it is answered, null where nothing is. */
  const post = (url: string, body: string, onStatus: (status: number | null) => void): void => {
    const { pathname, searchParams } = new URL(url);
    const [, vendor, account = '', key = ''] = pathname.split('/').map(decodeURIComponent);
    const event = {
      pathParameters: { account, key },
      ...{ queryStringParameters: Object.fromEntries(searchParams), headers: {}, body, requestContext: {} },
    };
    const onEnd = (outcome: Outcome): void => {
      const status = outcome.ok ? (outcome.answer as { statusCode: number }).statusCode : 500;
      say(() => `${vendor} is answered ${status}`);
      onStatus(status);
    };
    platform.invoke(vendor === 'lever' ? 'webhook-verify' : 'status-callback', event, onEnd);
  };

  /** Carries a vendor's outbox to us, late and twice as it comes; what is not accepted comes again if the vendor tries again. */
  const carry = (outbox: Outbox, kind: 'webhook' | 'callback'): void => {
    for (const delivery of outbox.takeDue()) {
      const { lateMs: late, isTwice, isLost } = options.journeyOf?.(delivery) ?? chanceOfJourney(kind, delivery);
      lastArrivalAt = Math.max(lastArrivalAt, now() + late);
      scheduler.after(late, () => {
        // Lost for good: Lever takes it for delivered.
        if (kind === 'webhook' && hasNets && faults.strikes('webhook lost', delivery.event)) {
          return settle(outbox, kind, delivery, 200);
        }
        if (isLost && !truth.isQuiet) return settle(outbox, kind, delivery, null);
        say(() => `${delivery.event} arrives: ${delivery.url.replace(/\?.*/u, '')}`);
        post(delivery.url, delivery.body, (status) => settle(outbox, kind, delivery, status));
      });
      if (isTwice)
        scheduler.after(late + Math.floor(delays() ** 2 * 90_000), () => post(delivery.url, delivery.body, () => {}));
    }
  };
  const chanceOfJourney = (kind: 'webhook' | 'callback', { event }: Delivery): Journey => ({
    lateMs: faults.strikes(`${kind} late`, event) ? longDelayMs() : Math.floor(delays() * 200),
    isTwice: faults.strikes(`${kind} twice`, event),
    isLost: faults.strikes(kind === 'webhook' ? 'webhook refused on the way' : 'callback lost', event),
  });
  let lastArrivalAt = beginsAt;
  const settle = (outbox: Outbox, kind: 'webhook' | 'callback', delivery: Delivery, status: number | null): void => {
    outbox.settle(delivery.id, status);
    if (
      kind === 'webhook' &&
      (status === 400 || status === 401) &&
      truth.unsavedSecrets.size === 0 &&
      !faults.has('webhook late')
    ) {
      violate(`2: a true delivery was refused with ${status}`);
    }
    if (delivery.state === 'waiting') scheduler.after(delivery.nextAttemptAt - vendorNow(), () => carry(outbox, kind));
  };
  const longDelayMs = (): number =>
    [20_000, 300_000, 7_200_000, 86_400_000, 14 * 86_400_000][Math.floor(delays() ** 2 * 5)] ?? 0;
  models.lever.outbox.onPost(() => scheduler.after(0, () => carry(models.lever.outbox, 'webhook')));
  models.turn.outbox.onPost(() => scheduler.after(0, () => carry(models.turn.outbox, 'callback')));
  planNextSweep();

  return {
    ...{
      scheduler,
      trace,
      violations,
      say,
      violate,
      faults,
      truth,
      models,
      memory,
      vault,
      customers,
      queues,
      platform,
      log,
      post,
    },
    onLog: (listener: (line: LogLine) => void): void => void logListeners.push(listener),
    hasNets,
    /** Nothing in the settings has an order wait. */
    isOrdinary: (options.settings.graceSeconds ?? 0) === 0 && (options.settings.hourlyCap ?? null) === null,
    ...{ random: stream(6), now, vendorNow, planNextSweep, beginsAt },
    /** Nothing is answered by the vendor for so long. */
    breakDown: (vendor: 'lever' | 'turn', ms: number): void =>
      void outages.set(vendor, { since: now(), until: now() + ms, callsAfterwards: 0 }),
    /** From now on nothing goes wrong any more; what a vendor sent in vain it sends once more. */
    beQuiet: (): void => {
      say(() => '# from here on nothing goes wrong any more');
      faults.cease();
      outages.clear();
      truth.isQuiet = true;
      quietSince = now();
      // Where there are nets, nobody has to send again what he has given up.
      if (hasNets) return;
      for (const outbox of [models.lever.outbox, models.turn.outbox])
        for (const { id, state } of [...outbox.deliveries]) if (state === 'given-up') outbox.postAgain(id);
    },
    /** The operator moves the dead letters back; `times` as often as he presses the button. */
    redrive: (times: number): number => {
      let moved = 0;
      for (const { queue, deadLetters } of queues) {
        for (let letters = deadLetters.receive(10); letters.length > 0; letters = deadLetters.receive(10)) {
          for (const { body, groupId, receiptHandle = '' } of letters) {
            moved += 1;
            for (let n = 0; n < times; n++) queue.send(body, { groupId });
            deadLetters.delete(receiptHandle);
          }
        }
      }
      return moved;
    },
    queueNamed: (name: QueueName) => queues.find((each) => each.name === name) as (typeof queues)[number],
    /** When the last delivery that is on its way will have arrived. */
    lastArrivalAt: () => lastArrivalAt,
    run: (ms: number): Promise<void> => scheduler.runUntil(now() + ms, () => violations.length > 0),
  };
};
