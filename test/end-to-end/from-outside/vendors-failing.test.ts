import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { pause, until } from './started-system.ts';
import { type Customer, startCheck, startWorld, TRIGGER, type World } from './world.ts';

const TIME_SCALE = 60;

/** How full a bucket that leaks 10 a second gets with these calls: Lever's holds 20. */
const highestLevel = (times: number[]): number => {
  let [level, highest, last] = [0, 0, 0];
  for (const at of times) {
    level = Math.max(0, level - (at - last) / 100) + 1;
    highest = Math.max(highest, level);
    last = at;
  }
  return highest;
};

describe('when a vendor fails', () => {
  let world: World;
  let acme: Customer;
  let expired: Customer;
  beforeAll(async () => {
    const accounts = [{ accountId: 'acct_acme' }, { accountId: 'acct_expired', tokenExpired: true }];
    world = await startWorld(accounts, { TIME_SCALE: String(TIME_SCALE) });
    [acme, expired] = world.customers as [Customer, Customer];
  });
  afterAll(async () => {
    await world?.stop();
  });

  it("Turn's lost answer to an order is made good by adopting the check, not by a second order", async () => {
    const candidate = acme.add({ name: 'Gwendolyn Ashgrove', emails: ['gwendolyn@outside.invalid'] });
    world.turn.mood = 'accept-then-cut';
    const order = await startCheck(acme, candidate);
    await until('the note', () => acme.notes(candidate)[0]);
    await world.system.quiet();
    expect(acme.orders(candidate)).toHaveLength(1);
    expect(acme.notes(candidate)).toEqual([expect.stringContaining(order.turnId)]);
    expect(acme.statusTags(candidate)).toEqual(['TurnStatus:emailed']);
    const { checks } = await world.system.state();
    expect(checks).toContainEqual(
      expect.objectContaining({ opportunityId: candidate.id, workerId: order.workerId, turnId: order.turnId }),
    );
    await world.turn.advance(order, 'approved');
    await until('the end', () => acme.statusTags(candidate).join() === 'TurnStatus:clear');
  });

  it('ten minutes without Turn end in one check, without help', async () => {
    const candidate = acme.add({ name: 'Octavius Prendergast', emails: ['octavius@outside.invalid'] });
    world.turn.mood = 'down';
    const answered = await acme.deliver(acme.move(candidate, TRIGGER));
    expect(answered.status).toBeLessThan(300);
    await pause((600 * 1000) / TIME_SCALE);
    expect(acme.orders(candidate)).toEqual([]);
    expect(candidate.tags).toEqual([]);
    world.turn.mood = 'well';
    await until('an order', () => acme.orders(candidate)[0]);
    await until('the note', () => acme.notes(candidate)[0]);
    await world.system.quiet();
    expect(acme.orders(candidate)).toHaveLength(1);
    expect(acme.statusTags(candidate)).toEqual(['TurnStatus:emailed']);
  });

  it("an access token that ran out is renewed once for many candidates at Lever's pace, and again when that ran out", async () => {
    const candidates = Array.from({ length: 40 }, (_, index) =>
      expired.add({ name: `Number${index} Merriweather`, emails: [`merriweather${index}@outside.invalid`] }),
    );
    await Promise.all(candidates.map((candidate) => startCheck(expired, candidate)));
    expect(expired.tenant.refreshes).toBe(1);
    await world.system.quiet();
    expect(candidates.map((candidate) => expired.orders(candidate).length)).toEqual(candidates.map(() => 1));

    // Calls that a busy machine held up arrive together: twice the burst is allowed; without a pace it would be nearly all of them.
    expect(expired.tenant.calls.length).toBeGreaterThan(100);
    expect(highestLevel(expired.tenant.calls.map(({ at }) => at))).toBeLessThanOrEqual(40);

    await world.system.advanceClock(3700);
    await startCheck(expired, expired.add({ name: 'Tobermory Merriweather', emails: ['last@outside.invalid'] }));
    expect(expired.tenant.refreshes).toBe(2);
  });

  it('no dead letter is left, and no person or secret in what was printed', async () => {
    const { queues } = await world.system.quiet();
    expect(Object.values(queues).map(({ dead }) => dead)).toEqual(Object.values(queues).map(() => 0));
    expect(world.leaks()).toEqual([]);
  });
});
