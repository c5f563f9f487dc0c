import { noteListed, registerWebhooks, webhookUrlOf } from '#shared/accounts/register-webhooks.ts';
import type { Account, LeverConnection } from '#shared/domain/account.ts';
import { Failure } from '#shared/domain/failure.ts';
import { warningDue, withWarningDue } from '#shared/domain/reauthorization.ts';
import { readTokenOwner } from '#shared/lever/access-tokens.ts';
import { isHeard, isRegistered } from '#shared/stores/webhook-secrets.ts';
import type { AppPorts } from '#shared/vendors.ts';

/** Maintains a connected account's access: claims its Lever where nobody has, warns before the access ends, and registers webhooks that an interrupted connection left out, or somebody took out. */
export const maintainConnection = async (account: Account, ports: AppPorts): Promise<void> => {
  await keepClaim(account, ports);
  await warnBeforeTheEnd(account, ports);
  await keepWebhooks(account, ports);
};

/** An account may have been connected otherwise than on the settings page. One that works is not cut off; that there are two, the operator has to settle. */
const keepClaim = async ({ accountId, connection }: Account, ports: AppPorts): Promise<void> => {
  const readOwner = async (): Promise<string | null> => {
    const { tokens } = (await ports.credentials.load(accountId)).credentials;
    return readTokenOwner(tokens?.accessToken ?? '').leverAccountId;
  };
  const leverAccountId = connection?.leverAccountId ?? (await readOwner());
  if (leverAccountId === null || (await ports.accounts.keepLever(leverAccountId, accountId))) return;
  await ports.emit('lever_shared', { accountId });
};

const warnBeforeTheEnd = async (account: Account, ports: AppPorts): Promise<void> => {
  const { accountId } = account;
  if (warningDue(account, ports.now()) === null) return;
  const update = await ports.accounts.update(accountId, (before) => withWarningDue(before, ports.now()));
  const daysLeft = update?.after.connection?.warnedAtDays ?? null;
  if (daysLeft === null || daysLeft === update?.before.connection?.warnedAtDays) return;
  await ports.emit('reauthorization_due', { accountId, count: daysLeft, detail: `days_left ${daysLeft}` });
};

/** What was taken out in Lever is put back once; whoever takes it out again is left in peace, and the settings page says what is missing. */
const keepWebhooks = async ({ accountId, connection }: Account, ports: AppPorts): Promise<void> => {
  // Whoever was connected without the settings page has set up the webhooks by hand.
  if (connection?.authorizedBy === undefined) return;
  const webhookUrl = webhookUrlOf(accountId, ports.config.publicUrl);
  const registering = { ...ports, lever: ports.webhooksOf(accountId, null), webhookUrl };
  const count = (removals: Removals) =>
    ports.accounts.update(accountId, (present) => withRemovals(present, connection.authorizedAt, removals));
  try {
    const { missing, kept, listed, webhooks } = await noteListed(accountId, registering);
    if (missing.length === 0 && listed.length === kept.size) return;
    // Somebody may have disconnected since, and wants none left in Lever.
    if ((await ports.accounts.find(accountId))?.connectionState !== 'connected') return;
    const isRemoval = missing.some((event) => isHeard({ webhooks }, event));
    const removals = (connection.webhookRemovals ?? 0) + (isRemoval ? 1 : 0);
    if (isRemoval) {
      await ports.emit('webhooks_removed', { accountId });
      await count({ webhookRemovals: removals, webhooksRemovedAt: ports.now() });
    }
    if (missing.length > 0 && removals > 1) return;
    if (!(await registerWebhooks(accountId, registering))) return;
    await ports.emit('webhooks_registered', { accountId });
    // What Lever does not list even now must not be registered hour after hour.
    if (!isRegistered(await ports.webhookSecrets.load(accountId))) await count({ webhookRemovals: removals + 1 });
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    await ports.emit('webhooks_not_registered', { accountId, reason: error.code });
  }
};

type Removals = Pick<LeverConnection, 'webhookRemovals' | 'webhooksRemovedAt'>;

/** An access that was authorized meanwhile begins anew. */
const withRemovals = (account: Account, authorizedAt: number, removals: Removals): Account =>
  account.connection?.authorizedAt === authorizedAt
    ? { ...account, connection: { ...account.connection, ...removals } }
    : account;
