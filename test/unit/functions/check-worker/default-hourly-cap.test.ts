import { describe, expect, it } from 'vitest';
import type { Account } from '#shared/domain/account.ts';
import { createScene } from '../settings-api/settings-api-scene.ts';

/** So many candidates enter the stage in one hour of a deployment that allows two by default; how many are invited, and what the page says of the limit. */
const hourOf = async (candidates: number, settings: Partial<Account> = {}, defaultHourlyCap: number | null = 2) => {
  const { world, read } = await createScene();
  Object.assign(world.ports.config, { defaultHourlyCap });
  await world.accounts.update(world.accountId, (account) => ({ ...account, ...settings }));
  const { id } = world.recruiter.addOpportunity({ name: 'Corin Ashby', emails: ['corin.ashby@people.example'] });
  const mails = Array.from({ length: candidates }, (_, n) => `candidate-${n}@people.example`);
  for (const [n, mail] of mails.entries()) {
    const name = `Rosalind Number${String.fromCharCode(97 + n)}`;
    world.recruiter.moveToStage(world.recruiter.addOpportunity({ name, emails: [mail] }).id, 'Reference check');
  }
  await world.settle();
  const { defaultHourlyCap: shown } = await read('GET /api/account');
  const { why } = await read('POST /api/preview', { body: { candidate: id } });
  return { ordered: world.turn.checks.length, shown, why };
};

describe('the default hourly limit of checks', () => {
  it('holds for an account that chose none, and is shown and previewed', async () => {
    expect(await hourOf(3)).toEqual({ ordered: 2, shown: 2, why: 'cap_reached' });
  });

  it.each([1, 3])('gives way to the account’s own: %i', async (hourlyCap) => {
    expect(await hourOf(4, { hourlyCap })).toMatchObject({ ordered: hourlyCap, why: 'cap_reached' });
  });

  it('is none unless the deployment has one', async () => {
    expect(await hourOf(4, {}, null)).toEqual({ ordered: 4, shown: null, why: null });
  });
});
