// `npm run demo`: starts everything on this machine, plays the main scenario, exits 0 only if Lever shows the right end.
import { mkdtempSync, openSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { CommandFault } from '../operator/stack.ts';
import { playScenario, wrongAtTheEnd } from './demo-scenario.ts';
import { createDemoSetup, ScenarioFault } from './demo-setup.ts';
import { chooseDatabase } from './emulators/embedded-databases.ts';
import { type LocalStack, startLocalStack } from './local-stack.ts';
import { StartFault } from './start-fault.ts';

const startedAt = Date.now();
const seconds = (): string => `${((Date.now() - startedAt) / 1000).toFixed(0)} s`;
const say = (line: string): void => {
  process.stdout.write(`${line}\n`);
};

// The functions' logs would drown what it prints: LOG=1 shows them, else they go to a file.
const logFile = path.join(mkdtempSync(path.join(tmpdir(), 'lever-turn-demo-')), 'demo.log');
const logTo = process.env['LOG'] === '1' ? process.stderr.fd : openSync(logFile, 'a');
const log = (line: string): void => {
  writeSync(logTo, `${line}\n`);
};
// The SDK's word about the version of Node belongs there too.
process.removeAllListeners('warning');
process.on('warning', ({ message }) => log(message));

let stack: LocalStack | undefined;
const end = async (status: number): Promise<never> => {
  await stack?.stop();
  process.exit(status);
};
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => void end(130));

const explain = (error: unknown): string => {
  if (error instanceof ScenarioFault || error instanceof StartFault || error instanceof CommandFault)
    return error.message;
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
};

try {
  const { name } = chooseDatabase(undefined);
  say(`Starting Lever, Turn and the integration on this machine, the table in ${name} (up to a minute) …`);
  // Waiting times pass 60 times as fast; nothing else differs.
  stack = await startLocalStack({ timeScale: 60, log });
  const { lever, turn } = stack;
  if (!lever || !turn) throw new ScenarioFault('Expected both built-in sandboxes; one was not started.');
  say(`Ready after ${seconds()}. ${stack.ready.accounts[0]?.accountId} is connected to Lever and to Turn.\n`);
  const setup = createDemoSetup(lever.model, turn.model);
  await playScenario({ stack, setup, lever: lever.model, turn: turn.model, say });
  const wrong = wrongAtTheEnd(setup);
  if (wrong.length > 0) throw new ScenarioFault(wrong.join('\n'));
  say(`\nLever shows the right end for everyone. It took ${seconds()}.`);
  await end(0);
} catch (error) {
  say(`\nThe scenario did not come out right.\n${explain(error)}`);
  say(process.env['LOG'] === '1' ? 'The log stands above.' : `The log is in ${logFile}.`);
  await end(1);
}
