// `npm start`: environment variables → the local stack → one ready line on standard output → runs until a signal.

import { CommandFault } from '../operator/stack.ts';
import { startLocalStack } from './local-stack.ts';
import { readEnvironment } from './read-environment.ts';
import { StartFault } from './start-fault.ts';
import { welcome } from './welcome.ts';

const stopsWithinMs = 4_500;
const launcherCheckMs = 500;

const say = (line: string): void => {
  process.stderr.write(`${line}\n`);
};

// The type is written out because only then does the compiler know that nothing after a call is reached.
const end: (status: number) => never = (status) => process.exit(status);

const reading = readEnvironment(process.env);
if ('faults' in reading) {
  say(['The environment is not right:', ...reading.faults.map((fault) => `  - ${fault}`)].join('\n'));
  end(2);
}

let stop: (() => Promise<void>) | undefined;
let stopping = false;

const stopEverything = (): void => {
  // The watchdog ends what the runner no longer ends itself.
  if (stopping || stop === undefined) end(130);
  stopping = true;
  say('stopping');
  setTimeout(() => end(1), stopsWithinMs).unref();
  stop().then(
    () => end(0),
    () => end(1),
  );
};

for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, stopEverything);

// npm puts a shell in between, which dies of a signal, or with npm, without passing it on.
if (process.env['npm_lifecycle_event'] !== undefined) {
  const launcher = process.ppid;
  const check = setInterval(() => {
    if (process.ppid === launcher) return;
    clearInterval(check);
    stopEverything();
  }, launcherCheckMs);
  check.unref();
}

try {
  const stack = await startLocalStack({ ...reading.options, log: say });
  stop = stack.stop;
  process.stdout.write(`${JSON.stringify(stack.ready)}\n`);
  say(welcome(stack.ready));
} catch (error) {
  say(
    error instanceof StartFault || error instanceof CommandFault
      ? error.message
      : String(error instanceof Error ? error.stack : error),
  );
  end(1);
}
