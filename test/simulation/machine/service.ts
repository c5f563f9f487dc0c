import type { Delivery } from '#infra/local/sandbox/outbox.ts';
import type { NotFoundAnswer } from '#infra/local/sandbox/turn-model.ts';
import type { Account } from '#shared/domain/account.ts';
import type { LogFields } from '#shared/observability/emit.ts';
import type { EventCode } from '#shared/observability/events.ts';
import { requestIntervalMs } from '#shared/stores/rate-limiter.ts';
import { createRestoreStore } from '#shared/stores/restore-store.ts';
import type { Item, Table } from '#shared/stores/table.ts';
import { createMemoryTable } from '../../fakes/memory-table.ts';
import { seededRandom } from '../../fakes/seeded-random.ts';
import { createPasts, createWatch, type Truth } from '../watch.ts';
import { type Customer, createCustomer, createModels, createQuickCipher } from './customers.ts';
import { createDeliveries, type Journey } from './deliveries.ts';
import { describeItem } from './describe-item.ts';
import { type Environment, type Fate, startEnvironment } from './environment.ts';
import { createFaults, type FaultKind } from './faults.ts';
import { type FunctionName, functions, type Outside, templatePolicy } from './functions.ts';
import { withOtherVersion } from './other-version.ts';
import { createOutages } from './outages.ts';
import { createPlatform } from './platform.ts';
import { createWorkQueue, type QueueName, sqsFor } from './queue.ts';
import { createScheduler } from './scheduler.ts';
import { createSettingsPage } from './settings-page.ts';
import { tableFor } from './table.ts';
import { sendFor, type Vendors } from './vendors.ts';

const minuteMs = 60_000;

export type ServiceOptions = {
  seed: number;
  people: readonly number[];
  /** Are some of the candidates special? */
  isVaried?: boolean;
  /** Are most candidates of a customer one person? */
  isShared?: boolean;
  /** So many candidates of each customer were in the stage before the account's start. */
  stoodBefore?: number;
  settings: Partial<Account>;
  hasNets?: boolean;
  rates: ReadonlyMap<FaultKind, number>;
  leftOut?: ReadonlySet<number>;
  isTraced: boolean;
  readDelayMs?: number;
  /** How Turn says that it has no such check. */
  notFound?: NotFoundAnswer;
  /** How long Turn takes for an order. */
  orderTakesMs?: number;
  /** The true time at the start, epoch milliseconds. */
  beginsAt?: number;
  /** Environments die, or stand still, at calls alone whose names, their function's in front, hold this. */
  weakPoint?: string;
  maintenanceMs?: number;
  pollIntervalMs?: number;
  /** By how much all our clocks are wrong, and by how much one of ours may differ from another. */
  skewMs?: number;
  skewAmongMs?: number;
  /** What becomes of an environment at a call of its, and as which kinds of faults that counts; in place of chance. */
  fates?: { at: (environment: Environment, point: string) => Fate | null; like: readonly FaultKind[] };
  /** How a delivery of a vendor travels; null leaves it to chance. */
  journeyOf?: (delivery: Delivery) => Journey | null;
};

type LogLine = { readonly code: EventCode; readonly fields: LogFields };

export type Service = Awaited<ReturnType<typeof createService>>;

/** The whole service on virtual time: the shipped functions on a simulated AWS, and the sandboxes' vendors around it. All of it follows from the seed. */
export const createService = async (options: ServiceOptions) => {
  const stream = (n: number): (() => number) =>
    seededRandom(Math.imul(options.seed + 1, 0x9e37_79b1) ^ (n * 0x85eb_ca6b));
  const [order, chance, delays, content] = [stream(1), stream(2), stream(3), stream(4)];
  const { beginsAt = Date.parse('2026-03-02T09:00:00Z'), weakPoint = '', orderTakesMs = 0 } = options;
  const { hasNets = true, maintenanceMs = 3_600_000 } = options;
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
    rates: options.rates,
    leftOut: options.leftOut ?? new Set<number>(),
    random: chance,
    say,
  });
  const lagging: FaultKind[] = ['stall', 'zombie', 'slow', 'table answer lost', 'queue answer lost', 'message late'];
  const spoiling: FaultKind[] = [
    ...([...lagging, 'crash', 'table throttled', 'login answer lost', 'lever silent'] as const),
    ...(['table answer lost and retried'] as const),
  ];
  const may = (kinds: readonly FaultKind[]): boolean =>
    kinds.some((kind) => options.rates.has(kind) || options.fates?.like.includes(kind) === true);
  const truth: Truth = {
    pasts: createPasts(now),
    turnPasts: createPasts(now),
    oddAtTurn: new Set(),
    replaced: new Map(),
    forged: new Set(),
    stoodBefore: new Map(),
    asked: new Set(),
    surelyAsked: new Set(),
    presses: new Map(),
    moved: new Set(),
    tagDeleted: new Set(),
    unclear: new Set(),
    toldWhenArchived: new Set(),
    hidden: new Set(),
    paused: new Map(),
    unsavedSecrets: new Set(),
    revoked: new Set(),
    maySpoilAccess: may(spoiling),
    mayLag: may(lagging),
    mayBeRefused: options.rates.has('lever 4xx'),
    settingsChanged: false,
    restoredAt: null,
    leftOver: 0,
    isQuiet: false,
    quietSince: Number.POSITIVE_INFINITY,
  };

  let idCount = 0;
  const newId = (): string => {
    idCount += 1;
    return `00000000-0000-4000-8000-${idCount.toString(16).padStart(12, '0')}`;
  };
  const vendorNow = (): number => now() - (options.skewMs ?? 0);
  const models = createModels(vendorNow, content, options.readDelayMs ?? 0, options.notFound);
  const memory = withOtherVersion(createMemoryTable(), { now, violate });
  const cipher = createQuickCipher();
  const customers: Customer[] = [];
  const watched = { settings: options.settings, vendorClockSkewMs: options.skewAmongMs ?? 0, orderTakesMs };
  const watch = createWatch({ customers: () => customers, models, now, truth, violate, ...watched });
  for (const [index, people] of options.people.entries()) {
    customers.push(
      await createCustomer({
        number: index + 1,
        people,
        models,
        cipher,
        random: content,
        settings: options.settings,
        table: memory,
        now,
        isVaried: options.isVaried ?? false,
        isShared: options.isShared ?? false,
        stoodBefore: options.stoodBefore ?? 0,
      }),
    );
  }

  for (const { opportunities, find } of customers) {
    for (const id of opportunities.slice(0, options.stoodBefore ?? 0))
      truth.stoodBefore.set(id, find(id)?.stageChanges.at(-1)?.updatedAt ?? 0);
  }

  const denials: Vendors['denials'] = new Map();
  const outages = createOutages({ now, violate });
  const queues = (['stage-changes', 'check-updates', 'accounts-due'] as const).map((name) =>
    createWorkQueue(name, now, newId),
  );
  const log: LogLine[] = [];
  const logListeners: ((line: LogLine) => void)[] = [];

  /** A few milliseconds, seldom some seconds. */
  const latencyMs = (): number => {
    if (faults.strikes('slow', 'a call')) return 500 + Math.floor(delays() ** 2 * 14_000);
    return 1 + Math.floor(delays() ** 3 * 60);
  };
  const stallMs = (): number =>
    [2_000, 12_000, 24_000, 70_000, 130_000, 400_000, 4_000_000][Math.floor(delays() * 7)] ?? 0;
  const chanceOfFate = ({ name }: Environment, point: string): Fate | null => {
    if (!`${name.replace(/#\d+$/u, '')} ${point}`.includes(weakPoint)) return null;
    const when = delays() < 0.5 ? 'before' : 'after';
    if (faults.strikes('crash', `${when} ${point}`)) return { kind: 'crash', when };
    if (faults.strikes('stall', point)) return { kind: 'stall', when, ms: stallMs(), isZombie: false };
    if (faults.strikes('zombie', point)) return { kind: 'stall', when, ms: stallMs(), isZombie: true };
    return null;
  };
  const skewAmong = options.skewAmongMs ?? 0;
  const start = (name: FunctionName, number: number) => {
    const environment = startEnvironment({
      name: `${name}#${number}`,
      scheduler,
      latencyMs,
      say,
      isInstant: () => now() - truth.quietSince > 900_000,
      skewMs: skewAmong === 0 ? 0 : Math.round((delays() * 2 - 1) * skewAmong),
      fateAt: options.fates?.at ?? chanceOfFate,
      onDeath: (dead) => platform.onDeath(dead),
    });
    const outside: Outside = {
      now: environment.now,
      sleep: environment.sleep,
      random: delays,
      newId,
      cipher,
      table: watchingSlots(tableFor(planningSweeps(memory), environment, faults, watch)),
      sqs: sqsFor(queues, environment, faults, {
        onMessage: (queue, body) => watch.onText(`a message in ${queue}`, body),
      }),
      send: sendFor(
        { ...models, isDown: outages.isDown, denials, now, vendorNow, orderTakesMs },
        environment,
        faults,
        watch,
        content,
      ),
      log: (code, fields) => {
        say(() => `${environment.name} reports ${code} ${JSON.stringify(fields)}`);
        watch.onText(`the log line ${code}`, JSON.stringify(fields));
        if (code === 'account_disconnected') onDisconnected(fields.accountId ?? '');
        log.push({ code, fields });
        for (const listener of logListeners) listener({ code, fields });
      },
      maintenanceMs,
      retryPolicy: { ...templatePolicy, pollIntervalMs: options.pollIntervalMs ?? templatePolicy.pollIntervalMs },
    };
    return { environment, handler: functions[name](outside) };
  };
  const onDisconnected = (accountId: string): void => {
    watch.onDisconnected(accountId);
    if (truth.restoredAt === null) return;
    const customer = customers.find((each) => each.accountId === accountId);
    scheduler.after(5 * minuteMs, () => void customer?.connect());
  };
  const platform = createPlatform({
    scheduler,
    queues,
    start,
    say,
    random: order,
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
      const isSaved = await table.put(item, replaces);
      if (options.isTraced) tellOf(item, isSaved);
      return isSaved;
    },
    postpone: async (item, dueAt) => {
      planSweep(dueAt + Math.abs(skewAmong));
      return table.postpone(item, dueAt);
    },
  });
  const tellOf = (item: Item, isSaved: boolean): void => {
    const text = describeItem(item, beginsAt);
    if (text !== null) say(() => `  ${isSaved ? '' : 'conflict: '}${text}`);
  };
  const watchingSlots = (table: Table): Table => ({
    ...table,
    advance: async (key, move) => {
      if (key.sk !== 'RATE') return table.advance(key, move);
      const reachesBackMs = now() - move.atLeast - Math.abs(skewAmong);
      watch.onSlots(key.pk.replace('ACCOUNT#', ''), move.by / requestIntervalMs, reachesBackMs);
      return table.advance(key, move);
    },
  });

  /** So long the operator takes to restore the table. */
  const restoringMs = 30 * minuteMs;
  let backup: (() => void) | null = null;
  const restore = (): void => {
    if (backup === null || truth.restoredAt !== null) return;
    const restoreBackup = backup;
    truth.restoredAt = now() + restoringMs;
    platform.hold();
    scheduler.after(restoringMs, () => {
      restoreBackup();
      say(() => '# the table is restored');
      void createRestoreStore(memory).noteRestored(now());
      // Its access may be spent, which Lever tells at the next renewal.
      for (const { accountId } of customers) truth.revoked.add(accountId);
      platform.goOn();
      planNextSweep();
    });
  };

  const deliveries = createDeliveries({
    scheduler,
    platform,
    models,
    faults,
    truth,
    hasNets,
    random: delays,
    vendorNow,
    say,
    violate,
    journeyOf: options.journeyOf ?? (() => null),
  });
  const settingsPage = createSettingsPage({ platform, say, onReply: watch.onReply });
  planNextSweep();

  return {
    settingsPage,
    /** Keeps the table as it is now; later it is put back in its place, once. */
    backUp: (): void => {
      backup = memory.backUp();
    },
    restore,
    newId,
    scheduler,
    trace,
    violations,
    say,
    violate,
    faults,
    truth,
    models,
    memory,
    cipher,
    customers,
    queues,
    platform,
    log,
    post: deliveries.post,
    onLog: (listener: (line: LogLine) => void): void => void logListeners.push(listener),
    hasNets,
    /** How often everything is read again. */
    maintenanceMs,
    /** Nothing in the settings has an order wait. */
    isOrdinary: (options.settings.graceSeconds ?? 0) === 0 && (options.settings.hourlyCap ?? null) === null,
    /** What waits for a reconnection waits for a maintenance, and where Lever refused that one for the next, which is far where there are no nets. */
    mayResumeLate: truth.mayLag || (!hasNets && faults.has('lever 4xx')),
    random: stream(6),
    now,
    vendorNow,
    planNextSweep,
    beginsAt,
    breakDown: outages.breakDown,
    outagesEndAt: outages.endAt,
    fallSilent: deliveries.fallSilent,
    lastArrivalAt: deliveries.lastArrivalAt,
    /** From now on nothing goes wrong any more; what a vendor sent in vain it sends once more. */
    beQuiet: (): void => {
      say(() => '# from here on nothing goes wrong any more');
      faults.cease();
      truth.isQuiet = true;
      truth.quietSince = now();
      for (const { queue } of queues) {
        const { visible, inFlight, delayed } = queue.counts();
        truth.leftOver += visible + inFlight + delayed;
      }
      // Where there are nets, nobody has to send again what he has given up.
      if (!hasNets) deliveries.sendAgain();
    },
    /** The operator moves the dead letters back; `times` as often as he presses the button. */
    redrive: (times: number): number => {
      let moved = 0;
      for (const { queue, deadLetters } of queues) {
        for (let letters = deadLetters.receive(10); letters.length > 0; letters = deadLetters.receive(10)) {
          for (const { body, groupId, receiptHandle = '' } of letters) {
            moved += 1;
            truth.leftOver += 1;
            for (let n = 0; n < times; n++) queue.send(body, { groupId });
            deadLetters.delete(receiptHandle);
          }
        }
      }
      return moved;
    },
    queueNamed: (name: QueueName) => queues.find((each) => each.name === name) as (typeof queues)[number],
    run: (ms: number): Promise<void> => scheduler.runUntil(now() + ms, () => violations.length > 0),
  };
};
