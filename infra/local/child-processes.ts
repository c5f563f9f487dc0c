import { type ChildProcess, spawn } from 'node:child_process';
import path from 'node:path';
import { createInterface } from 'node:readline';

type StartOptions = {
  env: NodeJS.ProcessEnv;
  cwd?: string;
  /** Opens an IPC channel to the child. */
  ipc?: boolean;
  onLine(line: string): void;
};

export type StartedProcess = {
  child: ChildProcess;
  /** Settles when the child has ended: its exit status, or the signal's name. */
  ended: Promise<number | string>;
  end(): Promise<void>;
};

export type ChildProcesses = {
  start(name: string, command: string, args: readonly string[], options: StartOptions): StartedProcess;
  /** Ends whatever still runs, and the watchdog last. */
  endAll(): Promise<void>;
};

const graceMs = 1_500;

/**
 * Starts processes that cannot outlive this one. A watchdog holds their ids and a pipe to us: when the pipe closes, however we
 * ended, it ends them and removes the folder. Every child leads its own process group, so that Ctrl-C reaches the runner alone.
 */
export const createChildProcesses = (toolsFolder: string, folderToRemove: string): ChildProcesses => {
  const running = new Set<StartedProcess>();
  const watchdog = spawn(process.execPath, [path.join(toolsFolder, 'watchdog.mjs'), folderToRemove], {
    stdio: ['pipe', 'ignore', 'inherit'],
    detached: true,
  });
  watchdog.stdin?.on('error', () => undefined);
  const tell = (line: string): void => void watchdog.stdin?.write(`${line}\n`);

  const start = (name: string, command: string, args: readonly string[], options: StartOptions): StartedProcess => {
    const child = spawn(command, args, {
      env: options.env,
      ...(options.cwd === undefined ? {} : { cwd: options.cwd }),
      stdio: ['ignore', 'pipe', 'pipe', ...(options.ipc === true ? (['ipc'] as const) : [])],
      detached: true,
    });
    const { pid } = child;
    if (pid !== undefined) tell(`+${pid}`);
    for (const stream of [child.stdout, child.stderr]) {
      if (stream !== null) createInterface({ input: stream }).on('line', options.onLine);
    }
    const ended = new Promise<number | string>((resolve) => {
      child.once('error', (error) => {
        options.onLine(`${name} could not be started: ${error.message}`);
        resolve(127);
      });
      child.once('close', (status, signal) => resolve(status ?? signal ?? 'unknown'));
    });
    const started: StartedProcess = { child, ended, end: () => end(started) };
    running.add(started);
    void ended.then(() => {
      running.delete(started);
      if (pid !== undefined) tell(`-${pid}`);
    });
    return started;
  };

  const end = async ({ child, ended }: StartedProcess): Promise<void> => {
    child.kill('SIGTERM');
    const hard = setTimeout(() => child.kill('SIGKILL'), graceMs);
    await ended;
    clearTimeout(hard);
  };

  return {
    start,
    async endAll() {
      await Promise.all([...running].map(end));
      const gone = new Promise((resolve) => watchdog.once('close', resolve));
      watchdog.stdin?.end();
      if (watchdog.exitCode === null) await gone;
    },
  };
};
