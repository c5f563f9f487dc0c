import { randomUUID } from 'node:crypto';
import type { ScheduleDefinition } from '../assembly/plan.ts';
import { pseudoParameters } from '../assembly/resolve-template.ts';
import type { Clock } from '../clock.ts';
import type { FunctionPool } from './function-pool.ts';
import type { Outcome } from './invocation.ts';

export type Schedule = {
  name: string;
  /** Fires now, after a run that is under way, and counts from here again. */
  fire(): Promise<Outcome>;
  /** Begins to fire by itself; the first time after one whole period. */
  start(): void;
  stop(): void;
};

// Scaled down far enough, a schedule would do nothing but start processes.
const shortestPeriodMs = 250;

/** Invokes a function every so often on the shared clock; runs never overlap, as the deployed function's timeout is below its period. */
export const createSchedule = (
  definition: ScheduleDefinition,
  pool: FunctionPool,
  clock: Clock,
  timeScale: number,
): Schedule => {
  const periodMs = Math.max(shortestPeriodMs, (definition.everySeconds * 1000) / timeScale);
  let last: Promise<unknown> = Promise.resolve();
  let pending = 0;
  let dueAtMs = Number.POSITIVE_INFINITY;
  let timer: NodeJS.Timeout | undefined;
  let stopListening = (): void => undefined;

  const fire = (): Promise<Outcome> => {
    pending += 1;
    const run = last
      .then(() => pool.invoke(eventOf(definition, clock.now())))
      .finally(() => {
        pending -= 1;
      });
    last = run;
    return run;
  };

  const tick = (): void => {
    clearTimeout(timer);
    if (clock.now() >= dueAtMs) {
      dueAtMs = clock.now() + periodMs;
      if (pending === 0) void fire();
    }
    timer = setTimeout(tick, Math.max(1, dueAtMs - clock.now()));
  };

  return {
    name: definition.name,
    fire() {
      if (Number.isFinite(dueAtMs)) dueAtMs = clock.now() + periodMs;
      return fire();
    },
    start() {
      dueAtMs = clock.now() + periodMs;
      stopListening = clock.onAdvance(tick);
      tick();
    },
    stop() {
      stopListening();
      clearTimeout(timer);
    },
  };
};

const eventOf = ({ name, input }: ScheduleDefinition, nowMs: number): unknown => {
  if (input !== undefined) return JSON.parse(input);
  const { 'AWS::Region': region, 'AWS::AccountId': account } = pseudoParameters;
  return {
    version: '0',
    id: randomUUID(),
    'detail-type': 'Scheduled Event',
    source: 'aws.events',
    account,
    time: new Date(nowMs).toISOString().replace(/\.\d{3}Z$/, 'Z'),
    region,
    resources: [`arn:aws:events:${region}:${account}:rule/${name}`],
    detail: {},
  };
};
