import type { Account } from '#shared/domain/account.ts';
import { Failure } from '#shared/domain/failure.ts';
import type { AppPorts } from '#shared/vendors.ts';

/** Remembers for the settings page whether Turn knew the account's default package when it was ordered last. It is never worth failing for. */
export const noteDefaultPackage = async (
  { accountId, defaultPackageId, unknownPackageId }: Account,
  packageId: string | null,
  isKnown: 'known' | 'unknown',
  ports: AppPorts,
): Promise<void> => {
  const wasUnknown = unknownPackageId === packageId;
  if (packageId === null || packageId !== defaultPackageId || wasUnknown === (isKnown === 'unknown')) return;
  const note = (account: Account): Account => {
    if (isKnown === 'unknown') return { ...account, unknownPackageId: packageId };
    return account.unknownPackageId === packageId ? { ...account, unknownPackageId: null } : account;
  };
  await ports.accounts.update(accountId, note).catch((error: unknown) => {
    if (!(error instanceof Failure)) throw error;
  });
};
