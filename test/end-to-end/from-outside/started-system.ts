import { type ChildProcess, spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { post, send } from './plain-http.ts';

const ROOT = fileURLToPath(new URL('../../..', import.meta.url));

export type Ready = {
  ready: true;
  api: string;
  console: string;
  settings: string;
  accounts: { accountId: string; leverWebhookUrl: string; turnCallbackUrl: string }[];
};
export type State = {
  idle: boolean;
  queues: Record<string, { visible: number; inFlight: number; delayed: number; dead: number }>;
  parked: number;
  checks: Record<string, unknown>[];
};

export type Ended = { code: number | null; signal: NodeJS.Signals | null };
export type Launched = {
  child: ChildProcess;
  stdout(): string;
  stderr(): string;
  ended: Promise<Ended>;
};

/** Starts what `npm start` starts, with these variables on top of a bare environment. */
export const launch = (environment: Record<string, string>): Launched => {
  const { PATH = '', HOME = '/tmp' } = process.env;
  const child = spawn('node_modules/.bin/tsx', ['infra/local/start.ts'], {
    cwd: ROOT,
    // The CDK's own rules take longer than all else of a start; test/unit/infra/app.test.ts is where the app is held against them.
    env: { PATH, HOME, PORT: '0', CDK_VALIDATION: 'false', ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let [stdout, stderr] = ['', ''];
  child.stdout.on('data', (chunk) => {
    stdout += String(chunk);
  });
  child.stderr.on('data', (chunk) => {
    stderr += String(chunk);
  });
  const ended = new Promise<Ended>((resolve) => {
    child.on('close', (code, signal) => resolve({ code, signal }));
  });
  return { child, stdout: () => stdout, stderr: () => stderr, ended };
};

export const pause = (ms: number): Promise<void> =>
  new Promise((resolve) => {
    setTimeout(resolve, ms);
  });

/** Waits until `look` finds something; says what was waited for when it never does. */
export const until = async <T>(
  what: string,
  look: () => T | Promise<T>,
  withinMs = 90_000,
): Promise<NonNullable<T>> => {
  const end = Date.now() + withinMs;
  for (;;) {
    const seen = await look();
    if (seen) return seen as NonNullable<T>;
    if (Date.now() > end) throw new Error(`Waited ${withinMs} ms in vain: ${what}`);
    await pause(50);
  }
};

export type StartedSystem = Launched & {
  ready: Ready;
  state(): Promise<State>;
  /** Waits until nothing is left to do now. */
  quiet(): Promise<State>;
  advanceClock(seconds: number): Promise<void>;
  stop(): Promise<Ended>;
};

/** Starts the system and waits for its ready line. */
export const startSystem = async (environment: Record<string, string>, withinMs = 240_000): Promise<StartedSystem> => {
  const launched = launch(environment);
  const { child, stdout, stderr, ended } = launched;
  let over: Ended | undefined;
  void ended.then((how) => {
    over = how;
  });
  const look = (): string | undefined => {
    if (over) throw new Error(`It ended before it was ready: ${JSON.stringify(over)}`);
    return stdout().includes('\n') ? stdout() : undefined;
  };
  const line = await until('the ready line', look, withinMs).catch((error: unknown) => {
    child.kill('SIGKILL');
    throw new Error(`${error instanceof Error ? error.message : ''}\n${stderr()}`);
  });
  const ready = JSON.parse(line.split('\n')[0] ?? '') as Ready;
  const state = async () => (await send('GET', `${ready.api}/local/state`)).json as State;
  return {
    ...launched,
    ready,
    state,
    quiet: () =>
      until('idle', async () => {
        const seen = await state();
        return seen.idle ? seen : undefined;
      }),
    advanceClock: async (advanceSeconds) => {
      const answered = await post(`${ready.api}/local/clock`, { advanceSeconds });
      if (answered.status >= 300) throw new Error(`The clock did not move: ${answered.text}`);
    },
    stop: () => {
      child.kill('SIGTERM');
      return ended;
    },
  };
};
