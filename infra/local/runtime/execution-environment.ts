import { randomUUID } from 'node:crypto';
import path from 'node:path';
import type { LambdaFunction } from '../assembly/plan.ts';
import type { ChildProcesses } from '../child-processes.ts';
import type { Invocation, Outcome } from './invocation.ts';
import type { RuntimeApi } from './runtime-api.ts';

export type ExecutionEnvironment = {
  /** Hands over one invocation; only while none is under way. */
  invoke(invocation: Invocation): void;
  /** Tells the process how far the clock is shifted; settles when it has heard. */
  shiftClock(offsetMs: number): Promise<void>;
  end(): Promise<void>;
  /** Settles when the process is gone, with the outcome that an invocation it never took up would have had. */
  ended: Promise<Outcome>;
};

export type EnvironmentNeeds = {
  children: ChildProcesses;
  runtimeApi: RuntimeApi;
  toolsFolder: string;
  clock: { offsetMs(): number };
  log(line: string): void;
};

const clockAnswerMs = 1_000;

/** Starts one process that runs the function's bundle; it calls `idle` whenever it can take an invocation. */
export const startEnvironment = (
  fn: LambdaFunction,
  needs: EnvironmentNeeds,
  idle: () => void,
): ExecutionEnvironment => {
  const { children, runtimeApi, clock } = needs;
  const id = randomUUID();
  let current: Invocation | undefined;
  let deliver: ((invocation: Invocation) => void) | undefined;
  let timer: NodeJS.Timeout | undefined;
  let cause: Outcome | undefined;

  const settle = (outcome: Outcome): void => {
    clearTimeout(timer);
    const settled = current;
    current = undefined;
    settled?.settle(outcome);
  };

  const address = runtimeApi.open(id, {
    functionArn: fn.arn,
    timeoutMs: fn.timeoutSeconds * 1000,
    next: () =>
      new Promise((resolve) => {
        deliver = resolve;
        idle();
      }),
    finished(requestId, outcome) {
      if (current?.requestId === requestId) settle(outcome);
    },
    initFailed(outcome) {
      cause = outcome;
    },
  });

  const started = children.start(fn.name, process.execPath, [path.join(needs.toolsFolder, 'bootstrap.mjs')], {
    cwd: fn.codeFolder,
    env: processEnvironment(fn, id, address, clock.offsetMs()),
    ipc: true,
    onLine: (line) => needs.log(`${fn.name} ${line}`),
  });
  const ended = started.ended.then((status) => {
    runtimeApi.close(id);
    const errorMessage = `Runtime exited with error: ${typeof status === 'number' ? 'exit status' : 'signal:'} ${status}`;
    const outcome = cause ?? { ok: false, errorType: 'Runtime.ExitError', errorMessage };
    settle(outcome);
    return outcome;
  });

  return {
    invoke(invocation) {
      current = {
        ...invocation,
        started() {
          invocation.started();
          timer = setTimeout(() => {
            const errorMessage = `Task timed out after ${fn.timeoutSeconds.toFixed(2)} seconds`;
            cause = { ok: false, errorType: 'Sandbox.Timedout', errorMessage };
            started.child.kill('SIGKILL');
          }, fn.timeoutSeconds * 1000);
        },
      };
      deliver?.(current);
    },
    shiftClock(offsetMs) {
      return new Promise((resolve) => {
        if (!started.child.connected) return resolve();
        const patience = setTimeout(resolve, clockAnswerMs);
        started.child.once('message', () => {
          clearTimeout(patience);
          resolve();
        });
        started.child.send(offsetMs, (error) => {
          if (error !== null) resolve();
        });
      });
    },
    end: started.end,
    ended,
  };
};

const processEnvironment = (
  fn: LambdaFunction,
  id: string,
  runtimeApi: string,
  offsetMs: number,
): NodeJS.ProcessEnv => {
  const { PATH, NODE_EXTRA_CA_CERTS } = process.env;
  return {
    ...(PATH === undefined ? {} : { PATH }),
    ...(NODE_EXTRA_CA_CERTS === undefined ? {} : { NODE_EXTRA_CA_CERTS }),
    TZ: ':UTC',
    LANG: 'en_US.UTF-8',
    ...fn.environment,
    AWS_EXECUTION_ENV: `AWS_Lambda_${fn.runtime}`,
    AWS_LAMBDA_FUNCTION_NAME: fn.name,
    AWS_LAMBDA_FUNCTION_VERSION: '$LATEST',
    AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(fn.memoryMb),
    AWS_LAMBDA_LOG_GROUP_NAME: `/aws/lambda/${fn.name}`,
    AWS_LAMBDA_LOG_STREAM_NAME: id,
    AWS_LAMBDA_INITIALIZATION_TYPE: 'on-demand',
    AWS_LAMBDA_RUNTIME_API: runtimeApi,
    LAMBDA_TASK_ROOT: fn.codeFolder,
    LOCAL_CLOCK_OFFSET_MS: String(offsetMs),
    _HANDLER: fn.handler,
  };
};
