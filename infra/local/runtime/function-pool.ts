import { randomUUID } from 'node:crypto';
import type { LambdaFunction } from '../assembly/plan.ts';
import { type EnvironmentNeeds, type ExecutionEnvironment, startEnvironment } from './execution-environment.ts';
import type { Invocation, Outcome } from './invocation.ts';

export type FunctionPool = {
  /** Runs the function once; waits for a free environment. Never rejects. */
  invoke(event: unknown): Promise<Outcome>;
  /** Whether an invocation would be taken up without waiting behind another one. */
  hasRoom(): boolean;
  /** Invocations under way or waiting. */
  running(): number;
  /** How many invocations there ever were. */
  total(): number;
  shiftClock(offsetMs: number): Promise<void>;
  /** Runs the bundle in this folder from now on; what is under way ends as it began. */
  deploy(codeFolder: string): void;
  stop(): Promise<void>;
};

type Member = {
  environment: ExecutionEnvironment;
  codeFolder: string;
  idleSince: number | undefined;
  starting: boolean;
};

const spareIdleMs = 60_000;

/**
 * The execution environments of one function. A new one starts only for work that none is free for, and one at a time: on a small
 * machine ten processes that load at once are slower than two that work.
 */
export const createFunctionPool = (fn: LambdaFunction, needs: EnvironmentNeeds, atMost: number): FunctionPool => {
  const members = new Set<Member>();
  const waiting: Invocation[] = [];
  let { codeFolder } = fn;
  let running = 0;
  let total = 0;
  let stopping = false;

  const idleMember = (): Member | undefined => {
    // The one used last, so that the others can be let go.
    return [...members]
      .filter((member) => member.idleSince !== undefined)
      .sort((a, b) => (b.idleSince ?? 0) - (a.idleSince ?? 0))[0];
  };

  const isStarting = (): boolean => [...members].some((member) => member.starting);

  const dispatch = (): void => {
    while (waiting.length > 0) {
      const member = idleMember();
      if (member === undefined) break;
      const invocation = waiting.shift();
      member.idleSince = undefined;
      if (invocation !== undefined) member.environment.invoke(invocation);
    }
    if (waiting.length > 0 && !stopping && members.size < atMost && !isStarting()) add();
  };

  const add = (): void => {
    const environment = startEnvironment({ ...fn, codeFolder }, needs, () => {
      member.starting = false;
      if (member.codeFolder === codeFolder) member.idleSince = performance.now();
      else void environment.end();
      dispatch();
    });
    const member: Member = { environment, codeFolder, idleSince: undefined, starting: true };
    members.add(member);
    void environment.ended.then((outcome) => {
      members.delete(member);
      // It died before it could take anything: whoever waits for it hears so, as on AWS, instead of waiting for ever.
      if (member.starting) waiting.shift()?.settle(outcome);
      dispatch();
    });
  };

  const reaper = setInterval(() => {
    const spare = [...members].filter(
      ({ idleSince }) => idleSince !== undefined && performance.now() - idleSince > spareIdleMs,
    );
    for (const member of spare.slice(members.size === spare.length ? 1 : 0)) {
      member.idleSince = undefined;
      void member.environment.end();
    }
  }, spareIdleMs / 2);
  reaper.unref();

  return {
    invoke(event) {
      running += 1;
      total += 1;
      return new Promise((resolve) => {
        const settle = (outcome: Outcome): void => {
          running -= 1;
          if (!outcome.ok && !stopping) needs.log(`${fn.name} ${outcome.errorType}: ${outcome.errorMessage}`);
          resolve(outcome);
        };
        waiting.push({ requestId: randomUUID(), event, started: () => undefined, settle });
        dispatch();
      });
    },
    hasRoom: () => waiting.length === 0 && (idleMember() !== undefined || (members.size < atMost && !isStarting())),
    running: () => running,
    total: () => total,
    async shiftClock(offsetMs) {
      await Promise.all([...members].map(({ environment }) => environment.shiftClock(offsetMs)));
    },
    deploy(folder) {
      codeFolder = folder;
      for (const member of members) {
        if (member.idleSince === undefined) continue;
        member.idleSince = undefined;
        void member.environment.end();
      }
    },
    async stop() {
      stopping = true;
      clearInterval(reaper);
      await Promise.all([...members].map(({ environment }) => environment.end()));
      for (const invocation of waiting.splice(0))
        invocation.settle({ ok: false, errorType: 'Stopped', errorMessage: 'The local stack stops' });
    },
  };
};
