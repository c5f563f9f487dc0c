import * as z from 'zod';
import { type Account, defaultSettings, type Granter, newAccount, withConnection } from '#shared/domain/account.ts';
import { parseJson } from '#shared/http/parse-json.ts';
import { readGranter } from '#shared/lever/granter.ts';
import { openCredentials, openSecret, openTable } from '#shared/runtime.ts';
import { noCredentials } from '#shared/stores/credential-store.ts';
import { callbackPathOf } from '#shared/turn/callback-address.ts';
import { StartFault } from './start-fault.ts';

/** The signature token of a webhook, as Lever shows it. */
export const webhookSecretShape = /^[0-9a-zA-Z]{48}$/u;

/** One entry of an accounts file. */
export const accountSeedSchema = z.strictObject({
  accountId: z.string().regex(/^[\w-]{1,64}$/u, 'must be 1 to 64 letters, digits, - or _'),
  name: z.string().min(1),
  turnApiToken: z.string().min(1),
  defaultPackageId: z
    .string()
    .regex(/^P\d+$/u, 'must be P and digits')
    .nullish(),
  triggerStages: z.array(z.string().trim().min(1)).min(1).nullish(),
  webhookSecret: z
    .string()
    .regex(webhookSecretShape, 'must be the 48 characters of the signature token in Lever')
    .nullish(),
  lever: z
    .strictObject({
      accessToken: z.string().min(1),
      refreshToken: z.string().min(1),
      expiresAt: z.iso.datetime({ offset: true }),
    })
    .nullish(),
});
export type AccountSeed = z.infer<typeof accountSeedSchema>;

/** Reads an accounts file: the accounts, or every fault in it as a sentence. */
export const parseAccountsFile = (text: string): { accounts: AccountSeed[] } | { faults: string[] } => {
  const json = parseJson(text);
  if (json === undefined) return { faults: ['it is not JSON'] };
  const parsed = z.array(accountSeedSchema).safeParse(json);
  if (!parsed.success) {
    return { faults: parsed.error.issues.map((issue) => `${issue.path.join('.') || 'the file'}: ${issue.message}`) };
  }
  const ids = parsed.data.map((account) => account.accountId);
  const twice = ids.filter((id, index) => ids.indexOf(id) !== index);
  return twice.length === 0 ? { accounts: parsed.data } : { faults: twice.map((id) => `account ${id} is there twice`) };
};

/** Creates accounts in the table that these variables (a worker function's) lead to. One that exists stays as it is, but for its credentials where `renewCredentials` says so. Throws a `StartFault` where a Lever belongs to another account. */
export const createAccounts = async (
  seeds: readonly AccountSeed[],
  { environment, renewCredentials = false }: { environment: Record<string, string>; renewCredentials?: boolean },
): Promise<{ accountId: string; turnCallbackPath: string }[]> => {
  Object.assign(process.env, environment);
  const { table, accounts } = openTable(environment['TABLE_NAME'] ?? '');
  const credentials = openCredentials(table, environment['ENCRYPTION_KEY_SECRET_ID'] ?? '');
  const callbackSecret = await openSecret(environment['CALLBACK_KEY_SECRET_ID'] ?? '')();
  for (const seed of seeds) {
    const { accountId } = seed;
    // The secrets come first: an account that can be found is complete.
    const exists = (await accounts.find(accountId)) !== null;
    if (exists && !renewCredentials) continue;
    const granter: Granter | null = seed.lever
      ? { ...readGranter(seed.lever.accessToken), grantedAt: Date.now(), warnedAtDays: null }
      : null;
    const connect = (account: Account): Account => ({
      ...withConnection(account, seed.lever ? 'connected' : 'not_connected', Date.now()),
      granter,
    });
    const leverAccountId = granter?.leverAccountId ?? null;
    const settleClaim = leverAccountId === null ? null : await accounts.claimLever(leverAccountId, accountId);
    if (leverAccountId !== null && settleClaim === null) {
      throw new StartFault(`${accountId} cannot be connected: its Lever account is connected to another account.`);
    }
    await credentials.update(accountId, () => ({
      ...noCredentials,
      turnToken: seed.turnApiToken,
      webhookSecrets: seed.webhookSecret ? [{ secret: seed.webhookSecret, validUntil: null }] : [],
      grant: seed.lever ? { ...seed.lever, expiresAt: Date.parse(seed.lever.expiresAt) } : null,
    }));
    const created: Account = {
      ...newAccount(accountId, seed.name),
      defaultPackageId: seed.defaultPackageId ?? null,
      triggerStages: seed.triggerStages?.map((name) => ({ id: null, name })) ?? defaultSettings.triggerStages,
    };
    await (exists ? accounts.update(accountId, connect) : accounts.create(connect(created)));
    await settleClaim?.();
  }
  return seeds.map(({ accountId }) => ({ accountId, turnCallbackPath: callbackPathOf(callbackSecret, accountId) }));
};
