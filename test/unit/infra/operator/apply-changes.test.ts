import { describe, expect, it } from 'vitest';
import { applyChanges, readChanges } from '#infra/operator/apply-changes.ts';
import { createWorld } from '../../../fakes/world.ts';

const sceneOf = async () => {
  const world = await createWorld();
  const { accountId, accounts, ports } = world;
  const apply = (...given: string[]) => applyChanges(ports, accountId, readChanges(given));
  const told = async () =>
    (await ports.activities.list(accountId, { limit: 9, after: null })).activities.map(({ kind, detail }) => [
      kind,
      detail,
    ]);
  return { apply, told, find: async () => accounts.find(accountId), world };
};

describe('accounts apply', () => {
  it('makes an account what is given, says what changed, and tells its people', async () => {
    const { apply, told, find, world } = await sceneOf();
    const given = ['name=Brightwater Mills', 'defaultPackageId=P0000000002'];
    expect(await apply(...given, 'triggerStages=Reference check', 'triggerStages=Offer')).toEqual([
      'acct_brightwater: name: Brightwater → Brightwater Mills',
      'acct_brightwater: triggerStages: Reference Check → Reference check, Offer',
      'acct_brightwater: defaultPackageId: none → P0000000002',
    ]);
    const account = await find();
    expect(account).toMatchObject({ name: 'Brightwater Mills', defaultPackageId: 'P0000000002' });
    // Who stands in a stage that was chosen just now gets no check for it.
    expect(account?.triggerStages).toMatchObject([{ name: 'Reference check' }, { name: 'Offer', since: world.now() }]);
    expect(account?.triggerStages[0]?.since).toBeUndefined();
    expect(await told()).toEqual([
      [
        'settings_changed',
        'triggerStages: Reference Check → Reference check, Offer\ndefaultPackageId: none → P0000000002',
      ],
    ]);
  });

  it('changes nothing where nothing differs, and writes nothing', async () => {
    const { apply, told, world } = await sceneOf();
    const before = JSON.stringify([...world.table.items]);
    expect(await apply('name=Brightwater', 'defaultPackageId=none', 'triggerStages=reference check')).toEqual([
      'acct_brightwater is so already: nothing was changed.',
    ]);
    expect(JSON.stringify([...world.table.items])).toBe(before);
    expect(await told()).toEqual([]);
  });

  it.each([
    [['defaultPackageId=17'], 'A package id is the letter P'],
    [['name= '], 'The name must not be empty.'],
    [['triggerStages='], 'Give the name of the stage'],
    [['hourlyCap=5'], 'Give what is to be changed as name=…, defaultPackageId=…, triggerStages=….'],
    [[], 'Say what is to be changed'],
  ])('refuses %j in a sentence, and changes nothing', async (given, sentence) => {
    const { apply, find } = await sceneOf();
    const before = await find();
    await expect((async () => apply(...given, ...(given.length === 0 ? [] : ['name=Other'])))()).rejects.toThrow(
      sentence,
    );
    expect(await find()).toEqual(before);
  });
});
