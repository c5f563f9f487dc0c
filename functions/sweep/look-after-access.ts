import type { Account } from '#shared/domain/account.ts';
import { Failure } from '#shared/domain/failure.ts';
import { warningDue, withWarning } from '#shared/domain/reauthorization.ts';
import { readGranter } from '#shared/lever/granter.ts';
import { isHeard, isRegistered, noteListed, registerWebhooks, webhookUrlOf } from '#shared/lever/register-webhooks.ts';
import type { SweepPorts } from './ports.ts';

/** Looks after what a connected account granted: claims its Lever where nobody has, warns before the access ends, and registers webhooks that an interrupted connection left out, or somebody took out. */
export const lookAfterAccess = async (account: Account, ports: SweepPorts): Promise<void> => {
  await keepClaim(account, ports);
  await warnBeforeTheEnd(account, ports);
  await keepWebhooks(account, ports);
};

/** An account may have been connected otherwise than on the settings page. One that works is not cut off; that there are two, the operator has to settle. */
const keepClaim = async ({ accountId, granter }: Account, ports: SweepPorts): Promise<void> => {
  const { grant } = (await ports.credentials.load(accountId)).credentials;
  const leverAccountId = granter?.leverAccountId ?? readGranter(grant?.accessToken ?? '').leverAccountId;
  if (leverAccountId === null || (await ports.accounts.keepLever(leverAccountId, accountId))) return;
  ports.report('lever_shared', { accountId });
};

const warnBeforeTheEnd = async ({ accountId }: Account, ports: SweepPorts): Promise<void> => {
  let daysLeft: number | null = null;
  await ports.accounts.update(accountId, (before) => {
    daysLeft = warningDue(before, ports.now());
    return daysLeft === null ? before : withWarning(before, daysLeft);
  });
  if (daysLeft === null) return;
  const detail = `days_left ${daysLeft}`;
  await ports.activities.record(accountId, { kind: 'reauthorization_due', opportunityId: null, by: null, detail });
  ports.report('reauthorization_due', { accountId, count: daysLeft });
};

/** What was taken out in Lever is put back once; whoever takes it out again is left in peace, and the settings page says what is missing. */
const keepWebhooks = async ({ accountId, granter }: Account, ports: SweepPorts): Promise<void> => {
  // Whoever was connected without the settings page has set up the webhooks by hand.
  if (granter?.grantedBy === undefined) return;
  const { credentials: before } = await ports.credentials.load(accountId);
  // Somebody may have disconnected since, and wants none left in Lever.
  if ((await ports.accounts.find(accountId))?.connection !== 'connected') return;
  const webhookUrl = webhookUrlOf(accountId, ports.publicUrl);
  const registering = { ...ports, lever: ports.webhooksOf(accountId, null), webhookUrl };
  const record = (kind: 'webhooks_registered' | 'webhooks_removed') =>
    ports.activities.record(accountId, { kind, opportunityId: null, by: null, detail: null });
  const count = (removals: number) =>
    ports.accounts.update(accountId, (present) => withRemovals(present, granter.grantedAt, removals));
  try {
    const { missing, kept, listed } = await noteListed(accountId, registering);
    if (missing.length === 0 && listed.length === kept.size) return;
    const isRemoval = missing.some((event) => isHeard(before, event));
    const removals = (granter.webhookRemovals ?? 0) + (isRemoval ? 1 : 0);
    if (isRemoval) {
      await record('webhooks_removed');
      await count(removals);
    }
    if (missing.length > 0 && removals > 1) return;
    if (!(await registerWebhooks(accountId, registering))) return;
    await record('webhooks_registered');
    // What Lever does not list even now must not be registered hour after hour.
    if (!isRegistered((await ports.credentials.load(accountId)).credentials)) await count(removals + 1);
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    ports.report('webhooks_not_registered', { accountId, reason: error.code });
  }
};

/** A grant that came meanwhile begins anew. */
const withRemovals = (account: Account, grantedAt: number, webhookRemovals: number): Account =>
  account.granter?.grantedAt === grantedAt ? { ...account, granter: { ...account.granter, webhookRemovals } } : account;
