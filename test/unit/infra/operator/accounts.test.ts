import { execFile, spawnSync } from 'node:child_process';
import http from 'node:http';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { listenOnLoopback } from '#infra/local/listen.ts';

const cwd = fileURLToPath(new URL('../../../..', import.meta.url));
const command = 'infra/operator/accounts.ts';

const accounts = (...words: string[]) =>
  spawnSync(process.execPath, ['--import', 'tsx', command, ...words], {
    cwd,
    // No AWS CLI is found there, and no credentials.
    env: { PATH: '', HOME: '/nonexistent' },
    encoding: 'utf8',
  });

describe('npm run accounts', () => {
  it('explains itself, and that is no error', () => {
    const { status, stdout, stderr } = accounts('--help');
    expect([status, stderr]).toEqual([0, '']);
    expect(stdout).toContain('Usage: npm run accounts -- (--stage NAME | --local) COMMAND');
  });

  it('works nowhere until it is told where, in a sentence', () => {
    const { status, stderr } = accounts('list');
    expect([status, stderr]).toEqual([2, 'Say where: --stage NAME, or --local.\n']);
  });

  it('takes nobody for all, and says what it does not know', () => {
    const { status, stderr } = accounts('--local', 'pause', 'acct_sample', '--all');
    expect([status, stderr]).toEqual([2, 'Say one account, or --all; not both.\n']);
    expect(accounts('--local', 'paws', 'acct_sample').stderr).toMatch(
      /^There is no command "paws acct_sample"\.\n\nUsage/u,
    );
  });

  it('says so in a sentence where the stack on this machine is not ready yet', async () => {
    const starting = http.createServer((_, response) => void response.writeHead(503).end('{"message":"…"}'));
    const { port, stop } = await listenOnLoopback(starting, 0);
    const run = promisify(execFile)(process.execPath, ['--import', 'tsx', command, '--local', 'list'], {
      cwd,
      env: { PATH: '', HOME: '/nonexistent', PORT: String(port) },
    });
    await expect(run).rejects.toMatchObject({
      code: 2,
      stderr: `What answers at http://127.0.0.1:${port}/local/environment is not ready: "npm start" says when it is.\n`,
    });
    await stop();
  });
});
