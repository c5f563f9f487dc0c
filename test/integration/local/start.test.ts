import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import http from 'node:http';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, onTestFinished, test } from 'vitest';
import { listenOnLoopback } from '#infra/local/listen.ts';
import { writeFixtureAssembly } from './fixture-assembly.ts';

const root = fileURLToPath(new URL('../../..', import.meta.url));

const run = (args: string[], variables: Record<string, string> = {}): ChildProcess =>
  spawn(process.execPath, ['--import', 'tsx', ...args], { cwd: root, env: { ...process.env, ...variables } });

const outcome = async (child: ChildProcess): Promise<{ status: number | null; stdout: string; stderr: string }> => {
  let stdout = '';
  let stderr = '';
  child.stdout?.on('data', (chunk) => (stdout += String(chunk)));
  child.stderr?.on('data', (chunk) => (stderr += String(chunk)));
  onTestFinished(() => void child.kill('SIGKILL'));
  const status = await new Promise<number | null>((resolve) => child.once('close', resolve));
  return { status, stdout, stderr };
};

const descendants = (pid: number): number[] => {
  try {
    const children = execFileSync('ps', ['-o', 'pid=', '--ppid', String(pid)])
      .toString()
      .split('\n')
      .filter(Boolean)
      .map(Number);
    return children.flatMap((child) => [child, ...descendants(child)]);
  } catch {
    return [];
  }
};

const runs = (pid: number): boolean =>
  existsSync(`/proc/${pid}/status`) && !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));

test('everything that is wrong in the environment is said at once, and nothing starts', async () => {
  const accountsFile = path.join(mkdtempSync(path.join(tmpdir(), 'lever-turn-accounts-')), 'accounts.json');
  writeFileSync(accountsFile, '[{"accountId":"not an id"}]');
  const variables = {
    PORT: 'many',
    TIME_SCALE: '0',
    TURN_API_URL: 'turn',
    ACCOUNTS_FILE: accountsFile,
    DATA_DIR: `${accountsFile}/below`,
  };
  const { status, stdout, stderr } = await outcome(run(['infra/local/start.ts'], variables));
  expect([status, stdout]).toEqual([2, '']);
  for (const name of [
    'PORT must be a port',
    'TIME_SCALE must be',
    'TURN_API_URL must be',
    'accountId',
    'turnApiToken',
    'DATA_DIR',
  ]) {
    expect(stderr).toContain(name);
  }
});

test('a port in use is said with what to do', async () => {
  const { port, stop } = await listenOnLoopback(http.createServer(), 0);
  onTestFinished(stop);
  const { status, stdout, stderr } = await outcome(run(['infra/local/start.ts'], { PORT: String(port) }));
  expect([status, stdout]).toEqual([1, '']);
  expect(stderr).toContain('choose another one with PORT');
});

test('what it started ends with it, even when it is killed', async () => {
  const options = JSON.stringify({ assemblyFolder: writeFixtureAssembly(), accounts: [] });
  const reservationId = run([
    '--input-type=module',
    '--eval',
    `import { startLocalStack } from './infra/local/local-stack.ts';
    console.log((await startLocalStack(${options})).ready);`,
  ]);
  const ended = new Promise((resolve) => reservationId.once('close', resolve));
  onTestFinished(() => void reservationId.kill('SIGKILL'));
  await new Promise((resolve) => reservationId.stdout?.once('data', resolve));
  const started = descendants(reservationId.pid ?? 0);
  const temporaryFolder = started
    .map((pid) => /watchdog\.mjs\0([^\0]+)/.exec(readFileSync(`/proc/${pid}/cmdline`, 'utf8'))?.[1])
    .find((folder) => folder !== undefined);
  expect(started.length).toBeGreaterThanOrEqual(3);
  expect(temporaryFolder).toBeDefined();
  reservationId.kill('SIGKILL');
  await ended;
  await expect.poll(() => started.filter(runs)).toEqual([]);
  expect(existsSync(temporaryFolder ?? '')).toBe(false);
});
