import { describe, expect, it } from 'vitest';
import type { Account } from '#shared/domain/account.ts';
import { createWorld } from '../../../fakes/world.ts';

const person = { name: 'Rosalind Pike', emails: ['rosalind.pike@people.example'] };

/** An account that has names for its packages, and the line of a candidate's Turn ID note that names the package. */
const scene = async (settings: Partial<Account> = {}) => {
  const world = await createWorld({ settings });
  const { recruiter, accountId } = world;
  const call = (...entered: { id: string; name: string }[]) =>
    world.ports.packages.update(accountId, (list) => ({ ...list, entered }));
  await call({ id: 'P0000000001', name: 'Standard' }, { id: 'P0000000002', name: 'Driver' });
  const enter = async (candidate: { tags?: string[]; contactId?: string }): Promise<string> => {
    const { id } = recruiter.addOpportunity({ ...person, ...candidate });
    recruiter.moveToStage(id, 'Reference check');
    await world.settle();
    return id;
  };
  const packageLine = (id: string): string | undefined =>
    recruiter
      .notes(id)
      .flatMap((note) => note.split('\n'))
      .find((line) => line.startsWith('Package: '));
  return { world, call, enter, packageLine };
};

describe('the Turn ID note calls the package', () => {
  it("as the candidate's tag does, whatever the account calls it", async () => {
    const { enter, packageLine } = await scene();
    const id = await enter({ tags: ['TurnPackage:P0000000002: Class A\u200b driver '] });
    expect(packageLine(id)).toBe('Package: Class A driver (P0000000002)');
  });

  it.each([
    ['a tag that gives the id alone', ['TurnPackage:P0000000002'], 'Package: Driver (P0000000002)'],
    ["the account's default", [], 'Package: Standard (P0000000001)'],
    [
      'the default in place of a package that Turn does not know',
      ['TurnPackage:P0000000009:Gone'],
      'Package: Standard (P0000000001)',
    ],
  ])('as the account does, for %s', async (_, tags, line) => {
    const { enter, packageLine } = await scene({ defaultPackageId: 'P0000000001' });
    expect(packageLine(await enter({ tags }))).toBe(line);
  });

  it('by no name of an unknown one, where Turn chooses instead', async () => {
    const { enter, packageLine } = await scene();
    const id = await enter({ tags: ['TurnPackage:P0000000009:Gone'] });
    expect(packageLine(id)).toBe("Package: your Turn account's default");
  });

  it('as it was called when the check was ordered, though it is renamed later', async () => {
    const { world, call, enter, packageLine } = await scene({ defaultPackageId: 'P0000000001' });
    const id = await enter({});
    const written = () => world.lever.requests.filter(({ method }) => method !== 'GET').length;
    const before = written();
    await call({ id: 'P0000000001', name: 'Basic' });
    world.queues.sync.push({ accountId: world.accountId, opportunityId: id });
    await world.settle();
    expect(packageLine(id)).toBe('Package: Standard (P0000000001)');
    expect(written()).toBe(before);
  });

  it('the same at another application of the person, which shows the check too', async () => {
    const { world, enter, packageLine } = await scene();
    const id = await enter({ tags: ['TurnPackage:P0000000002:Class A driver'] });
    const contactId = world.recruiter.organization.opportunities.get(id)?.contactId ?? '';
    const other = await enter({ contactId, tags: ['TurnPackage:P0000000002'] });
    expect(world.turn.checks).toHaveLength(1);
    expect(packageLine(other)).toBe('Package: Class A driver (P0000000002)');
  });
});
