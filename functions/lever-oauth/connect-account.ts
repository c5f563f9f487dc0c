import { type Account, withConnection } from '#shared/domain/account.ts';
import { Failure } from '#shared/domain/failure.ts';
import { registerWebhooks, webhookUrlOf } from '#shared/lever/register-webhooks.ts';
import type { StoredGrant } from '#shared/stores/credential-store.ts';
import type { LeverOauthPorts } from './ports.ts';
import { tryToRemoveWebhooks } from './try-to-remove-webhooks.ts';

export type Granted = {
  readonly grant: StoredGrant;
  readonly granter: { readonly leverAccountId: string | null; readonly leverUserId: string | null };
  readonly userId: string;
};

/** Is it another Lever than the one that the account is, or was last, connected to, as far as one can know? */
export const isAnotherLever = (account: Account, { granter }: Granted): boolean => {
  const present = account.granter?.leverAccountId ?? null;
  return present !== null && present !== granter.leverAccountId;
};

/**
 * Connects the account by a new grant, then has Lever tell us of what happens. Webhooks that Lever does not take now are
 * registered by the account's upkeep. Nothing changes where that Lever belongs to another account.
 */
export const connectAccount = async (
  before: Account,
  granted: Granted,
  ports: LeverOauthPorts,
): Promise<'connected' | 'taken'> => {
  const { accountId } = before;
  const { leverAccountId } = granted.granter;
  // A token that does not say whose it is claims nothing.
  const settleClaim = leverAccountId === null ? noClaim : await ports.accounts.claimLever(leverAccountId, accountId);
  if (settleClaim === null) return 'taken';
  const isOther = isAnotherLever(before, granted);
  const isFirst = before.connection === 'not_connected' || isOther;
  const { credentials: replaced } = await ports.credentials.load(accountId);
  // Saved before anything is asked of a Lever: the state that led here is used up, and nobody could come back with it.
  await ports.credentials.update(accountId, (held) => ({
    ...held,
    grant: granted.grant,
    refreshingUntil: null,
    // What another Lever signs with must not be believed any more.
    // Of the same Lever's it is asked below which are still there: what went before is no removal under this grant.
    webhooks: isOther ? [] : held.webhooks.map((webhook) => ({ ...webhook, validUntil: null, isListed: false })),
    webhookSecrets: isOther ? [] : held.webhookSecrets,
  }));
  const grantedAt = ports.now();
  await ports.accounts.update(
    accountId,
    (account) => ({
      ...withConnection(account, 'connected', grantedAt),
      ...(isOther ? { startsAt: grantedAt, connectionChangedAt: grantedAt } : {}),
      granter: { ...granted.granter, grantedAt, grantedBy: granted.userId, warnedAtDays: null },
      stages: isOther ? null : account.stages,
    }),
    grantedAt,
  );
  await settleClaim();
  const record = (kind: 'lever_connected' | 'lever_reconnected' | 'webhooks_registered', detail: string | null) =>
    ports.activities.record(accountId, { kind, opportunityId: null, by: granted.userId, detail });
  ports.report('account_connected', { accountId });
  // By now only the old access token leads to the old Lever.
  const oldLever = ports.webhooksOf(accountId, replaced.grant?.accessToken ?? null);
  const isLeft = isOther && !(await tryToRemoveWebhooks(accountId, replaced, oldLever, ports));
  const told = [leverAccountId, isLeft ? 'webhooks_left_in_old_lever' : null];
  const detail = told.filter((each) => each !== null).join(' ');
  await record(isFirst ? 'lever_connected' : 'lever_reconnected', detail === '' ? null : detail);
  try {
    const lever = ports.webhooksOf(accountId, granted.grant.accessToken);
    const webhookUrl = webhookUrlOf(accountId, ports.publicUrl);
    const isNew = await registerWebhooks(accountId, { ...ports, lever, webhookUrl });
    if (isNew) await record('webhooks_registered', null);
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    ports.report('webhooks_not_registered', { accountId, reason: error.code });
  }
  return 'connected';
};

const noClaim = async (): Promise<void> => {};
