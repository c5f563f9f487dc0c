import type { Decision } from '#shared/domain/decide.ts';
import type { Ports } from '#shared/ports.ts';

type Start = Pick<Extract<Decision, { kind: 'start' }>, 'packageId' | 'packageName'>;

/** What is about to be ordered, with what the account calls its package where no tag has said. It stays with the entry, so that the note never changes. */
export const withPackageName = async <S extends Start>(
  accountId: string,
  start: S,
  ports: Pick<Ports, 'packages'>,
): Promise<S> => {
  if (start.packageId === null || start.packageName !== undefined) return start;
  const packageName = await ports.packages.nameOf(accountId, start.packageId);
  return packageName === null ? start : { ...start, packageName };
};
