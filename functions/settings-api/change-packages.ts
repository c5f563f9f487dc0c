import type { NamedPackage } from '#shared/domain/opportunity.ts';
import { enteredFaults, packageIdOf, packageNameOf } from '#shared/domain/packages.ts';
import type { Request } from '#shared/edge/authorize.ts';
import type { Answer } from '#shared/edge/http-handler.ts';
import type { AppPorts } from '#shared/vendors.ts';
import { enteredPackagesSchema } from './package-schemas.ts';
import { invalid, readBody } from './read-body.ts';
import { etagOfEntered, packagesAnswer } from './show-packages.ts';
import { expectedVersion, staleRefusal } from './versions.ts';

/** Replaces all packages that were entered by hand, if nobody else has changed them since the caller read them. */
export const changePackages = async ({ account, caller, incoming }: Request, ports: AppPorts): Promise<Answer> => {
  const { accountId } = account;
  const named = expectedVersion(incoming, 'packages', 'them');
  if ('refusal' in named) return named.refusal;
  const expected = named.version;
  const read = readBody(incoming, enteredPackagesSchema);
  if ('refusal' in read) return read.refusal;
  const faults = enteredFaults(read.value.packages);
  if (Object.keys(faults).length > 0) return invalid(faults);
  const entered = read.value.packages.map(({ id, name }) => ({ id: packageIdOf(id) ?? id, name: packageNameOf(name) }));

  const { before, after } = await ports.packages.update(accountId, (list) =>
    etagOfEntered(list) === expected ? { ...list, entered } : list,
  );
  if (etagOfEntered(before) !== expected) return stale;
  const changes = changesOf(before.entered, after.entered);
  if (changes.length > 0) {
    const detail = changes.slice(0, mostChangesTold).join('\n');
    await ports.emit('settings_changed', { accountId, by: caller.userId, reason: 'packages', detail });
  }
  return packagesAnswer(after);
};

const stale = staleRefusal(
  'The packages were changed in another tab or by somebody else. Read them again, then change them.',
);

const mostChangesTold = 20;

/** What changed, a line each: `packages: P0000000001 Basic → P0000000001 Standard`. */
const changesOf = (before: readonly NamedPackage[], after: readonly NamedPackage[]): string[] => {
  const wordsIn = (packages: readonly NamedPackage[], packageId: string): string => {
    const found = packages.find(({ id }) => id === packageId);
    return found === undefined ? 'none' : `${found.id} ${found.name}`;
  };
  return [...new Set([...before, ...after].map(({ id }) => id))]
    .map((id) => [wordsIn(before, id), wordsIn(after, id)] as const)
    .flatMap(([was, is]) => (was === is ? [] : [`packages: ${was} → ${is}`]));
};
