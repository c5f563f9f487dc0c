import { availableParallelism } from 'node:os';
import type { LambdaFunction, Plan } from './assembly/plan.ts';
import type { ChildProcesses } from './child-processes.ts';
import type { Clock } from './clock.ts';
import type { Queue } from './emulators/queue.ts';
import { createFunctionPool, type FunctionPool } from './runtime/function-pool.ts';
import { startQueuePoller } from './runtime/queue-poller.ts';
import { startRuntimeApi } from './runtime/runtime-api.ts';
import { createSchedule } from './runtime/schedule.ts';
import { StartFault } from './start-fault.ts';

export type RunningFunctions = {
  pools: readonly FunctionPool[];
  poolOf(functionArn: string): FunctionPool;
  /** Begins to feed the functions from queues and schedules. */
  feed(): void;
  /** Runs other bundles from now on, in folders by the function's name; the functions that are not named run their own. */
  deploy(codeFolders: ReadonlyMap<string, string>): void;
  /** Runs every scheduled function now; rejects where one fails. */
  sweep(): Promise<void>;
  /** Tells every process how far the clock is shifted by now. */
  shiftClock(): Promise<void>;
  stop(): Promise<void>;
};

type RunOptions = {
  functions: readonly LambdaFunction[];
  queues: readonly Queue[];
  clock: Clock;
  timeScale: number;
  children: ChildProcesses;
  toolsFolder: string;
  log(line: string): void;
};

/** Of one function. On AWS each has a processor of its own; here, more at once than that slow each other down more than they help. */
const mostEnvironments = Math.max(4, 2 * availableParallelism());
const mostHttpEnvironments = 10;

/** Runs the plan's functions, with the event sources and schedules that invoke them; nothing is invoked before `feed`. */
export const runFunctions = async (plan: Plan, options: RunOptions): Promise<RunningFunctions> => {
  const { functions, queues, clock, timeScale, children, toolsFolder, log } = options;
  const runtimeApi = await startRuntimeApi(clock);
  const pools = new Map<string, FunctionPool>();
  for (const fn of functions) {
    const source = plan.eventSources.find(({ functionArn }) => functionArn === fn.arn);
    const needs = { children, runtimeApi, toolsFolder, clock, log };
    const atMost = Math.min(source?.atMostAtOnce ?? mostHttpEnvironments, mostEnvironments);
    pools.set(fn.arn, createFunctionPool(fn, needs, atMost));
  }
  const poolOf = (functionArn: string): FunctionPool => {
    const pool = pools.get(functionArn);
    if (pool === undefined) throw new StartFault(`${functionArn} is not a function of the template.`);
    return pool;
  };

  const schedules = plan.schedules.map((schedule) =>
    createSchedule(schedule, poolOf(schedule.functionArn), clock, timeScale),
  );
  const stops: (() => void)[] = [];

  const feed = (): void => {
    for (const source of plan.eventSources) {
      const queue = queues.find(({ settings }) => settings.arn === source.queueArn);
      if (queue === undefined) throw new StartFault(`${source.queueArn} is not a queue of the template.`);
      stops.push(startQueuePoller(source, { queue, pool: poolOf(source.functionArn), clock, log }).stop);
    }
    for (const schedule of schedules) {
      schedule.start();
      stops.push(schedule.stop);
    }
  };

  return {
    pools: [...pools.values()],
    poolOf,
    feed,
    async sweep() {
      for (const outcome of await Promise.all(schedules.map((schedule) => schedule.fire()))) {
        if (!outcome.ok) throw new Error(`${outcome.errorType}: ${outcome.errorMessage}`);
      }
    },
    deploy(codeFolders) {
      const strangers = [...codeFolders.keys()].filter((id) => functions.every(({ name }) => name !== id));
      if (strangers.length > 0) throw new StartFault(`The template has no function ${strangers.join(', ')}.`);
      for (const { name, arn, codeFolder } of functions) poolOf(arn).deploy(codeFolders.get(name) ?? codeFolder);
    },
    async shiftClock() {
      await Promise.all([...pools.values()].map((pool) => pool.shiftClock(clock.offsetMs())));
    },
    async stop() {
      for (const stop of stops) stop();
      await Promise.all([...pools.values()].map((pool) => pool.stop()));
      await runtimeApi.stop();
    },
  };
};
