import { fork } from 'node:child_process';
import type { Scenario } from '../deliveries.ts';

/** Events to be worked on one after another: these, or so many webhooks of a kind. */
export type Work = { readonly events: readonly object[] } | { readonly scenario: Scenario; readonly count: number };

export type Worked = {
  /** Processor time of one event, of all threads. */
  readonly cpuMicros: number;
  /** Each status or list of failed messages that was answered, once. */
  readonly answers: readonly string[];
  readonly error: string | null;
  readonly heapBytes: number;
  readonly rssBytes: number;
};

export type WarmProcess = { work(work: Work): Promise<Worked>; end(): void };

/** Starts a process that keeps the bundle's handler; `serve` is the bundled `serve.ts`. Nobody reads what it logs. */
export const startWarmProcess = async (
  serve: string,
  file: string,
  environment: Readonly<Record<string, string>>,
): Promise<WarmProcess> => {
  const child = fork(serve, [file], {
    env: { PATH: process.env['PATH'], ...environment },
    execArgv: ['--expose-gc'],
    stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
    serialization: 'advanced',
  });
  const next = <T>(): Promise<T> =>
    new Promise((resolve, reject) => {
      const gone = (code: number | null): void => reject(new Error(`${file} ended with ${code}.`));
      child.once('exit', gone);
      child.once('message', (message) => {
        child.off('exit', gone);
        resolve(message as T);
      });
    });
  await next();
  return {
    async work(work) {
      const answered = next<Worked>();
      child.send(work);
      const worked = await answered;
      if (worked.error !== null) throw new Error(`${file}: ${worked.error}`);
      return worked;
    },
    end: () => void child.kill('SIGKILL'),
  };
};
