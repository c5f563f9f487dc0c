import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { serve } from './plain-http.ts';
import { launch, pause } from './started-system.ts';
import { type Customer, startCheck, startWorld } from './world.ts';

type Running = { pid: number; parent: number; started: string };

/** Every process of this machine that is not a zombie, from Linux's own books. */
const running = (): Running[] =>
  readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((name) => {
      try {
        const fields = readFileSync(`/proc/${name}/stat`, 'utf8')
          .replace(/^.*\) /s, '')
          .split(' ');
        const [state = '', parent = '', started = ''] = [fields[0], fields[1], fields[19]];
        return state === 'Z' ? [] : [{ pid: Number(name), parent: Number(parent), started }];
      } catch {
        return [];
      }
    });

const descendants = (pid: number, all = running()): Running[] =>
  all.filter(({ parent }) => parent === pid).flatMap((child) => [child, ...descendants(child.pid, all)]);

describe('starting and ending', () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'starting-'));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it.runIf(process.platform === 'linux')('SIGTERM ends it and every process it started, within 5 seconds', async () => {
    const world = await startWorld([{ accountId: 'acct_acme' }]);
    const acme = world.customers[0] as Customer;
    await startCheck(acme, acme.add({ name: 'Ignatius Hollingberry', emails: ['ignatius@outside.invalid'] }));
    const family = descendants(world.system.child.pid ?? 0);
    expect(family.length).toBeGreaterThan(1);
    const before = Date.now();
    await world.stop();
    expect(Date.now() - before).toBeLessThan(5_500);
    await pause(300);
    const left = running().filter(({ pid, started }) =>
      family.some((each) => each.pid === pid && each.started === started),
    );
    expect(left).toEqual([]);
  });

  it('a wrong accounts file is refused with all its faults at once and status 2', async () => {
    const file = path.join(folder, 'accounts.json');
    writeFileSync(
      file,
      JSON.stringify([
        { accountId: 'not an id!', name: 'One', turnApiToken: 'a-secret-not-to-print', lever: null },
        { accountId: 'two', name: 'Two', turnApiToken: 'x', webhookSecret: 'short-secret', lever: null },
        { accountId: 'three', name: 'Three', turnApiToken: 'x', defaultPackageId: 'seven', lever: null },
        { accountId: 'four', name: 'Four', lever: { accessToken: 'x', refreshToken: 'x', expiresAt: 'tomorrow' } },
      ]),
    );
    const { ended, stderr, stdout } = launch({ ACCOUNTS_FILE: file });
    expect((await ended).code).toBe(2);
    for (const named of ['accountId', 'webhookSecret', 'defaultPackageId', 'turnApiToken', 'expiresAt'])
      expect(stderr()).toContain(named);
    expect(stderr()).not.toMatch(/a-secret-not-to-print|short-secret/);
    expect(stderr()).not.toMatch(/\n {4}at /);
    expect(stdout()).toBe('');
  });

  it.each([
    ['that is not there', undefined],
    ['that is not JSON', '[{'],
    [
      'with an account twice',
      JSON.stringify(Array(2).fill({ accountId: 'a', name: 'A', turnApiToken: 'x', lever: null })),
    ],
  ])('an accounts file %s is refused in a sentence and with status 2', async (_what, text) => {
    const file = path.join(folder, 'other.json');
    rmSync(file, { force: true });
    if (text !== undefined) writeFileSync(file, text);
    const { ended, stderr } = launch({ ACCOUNTS_FILE: file });
    expect((await ended).code).toBe(2);
    expect(stderr()).toContain(file);
    expect(stderr()).not.toMatch(/\n {4}at /);
  });

  it('a port in use is said in a sentence, and nothing is left running', async () => {
    const occupant = await serve(() => ({ status: 200 }));
    const file = path.join(folder, 'none.json');
    writeFileSync(file, '[]');
    const port = new URL(occupant.origin).port;
    const { ended, stderr, stdout } = launch({ ACCOUNTS_FILE: file, PORT: port });
    expect((await ended).code).toBeGreaterThan(0);
    expect(stderr()).toContain(port);
    expect(stderr()).not.toMatch(/\n {4}at /);
    expect(stdout()).toBe('');
    await occupant.stop();
  });
});
