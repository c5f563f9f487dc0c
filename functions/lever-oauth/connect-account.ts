import {
  registerWebhooks,
  retireWebhooks,
  tryToRemoveWebhooks,
  webhookUrlOf,
} from '#shared/accounts/register-webhooks.ts';
import { type Account, type TokenSet, withConnectionState } from '#shared/domain/account.ts';
import { Failure } from '#shared/domain/failure.ts';
import { isRegistered } from '#shared/stores/webhook-secrets.ts';
import type { AppPorts } from '#shared/vendors.ts';

export type Granted = {
  readonly tokens: TokenSet;
  readonly connection: { readonly leverAccountId: string | null; readonly leverUserId: string | null };
  readonly userId: string;
};

/** Is it another Lever than the one that the account is, or was last, connected to, as far as one can know? */
export const isAnotherLever = (account: Account, { connection }: Granted): boolean => {
  const present = account.connection?.leverAccountId ?? null;
  return present !== null && present !== connection.leverAccountId;
};

/**
 * Connects the account by a new access, then has Lever tell us of what happens by webhooks with tokens of their own: those of
 * before are taken out, and believed for two weeks more. Webhooks that Lever does not take now are registered by the account's maintenance. Nothing changes where that Lever belongs to another account.
 */
export const connectAccount = async (
  before: Account,
  granted: Granted,
  ports: AppPorts,
): Promise<'connected' | 'taken'> => {
  const { accountId } = before;
  const { leverAccountId } = granted.connection;
  // A token that does not say whose it is claims nothing.
  const settleClaim = leverAccountId === null ? noClaim : await ports.accounts.claimLever(leverAccountId, accountId);
  if (settleClaim === null) return 'taken';
  const isOther = isAnotherLever(before, granted);
  const isFirst = before.connectionState === 'not_connected' || isOther;
  const { tokens: oldTokens } = (await ports.credentials.load(accountId)).credentials;
  const { webhooks: oldWebhooks } = await ports.webhookSecrets.load(accountId);
  // Saved before anything is asked of a Lever: the state that led here is used up, and nobody could come back with it.
  await ports.credentials.update(accountId, (held) => ({ ...held, tokens: granted.tokens, refreshingUntil: null }));
  // Only now: Lever shows a token once, and people type a secret once, while one that is believed for too long is a hint at most.
  await ports.webhookSecrets.update(accountId, (held) => ({
    ...held,
    // What another Lever signs with must not be believed any more; what the same one has sent by then, for a while.
    webhooks: isOther ? [] : retireWebhooks(held.webhooks, ports.now()),
    webhookSecrets: isOther ? [] : held.webhookSecrets,
  }));
  const authorizedAt = ports.now();
  await ports.accounts.update(
    accountId,
    (account) => ({
      ...withConnectionState(account, 'connected', authorizedAt),
      ...(isOther ? { startsAt: authorizedAt, connectionChangedAt: authorizedAt } : {}),
      connection: { ...granted.connection, authorizedAt, authorizedBy: granted.userId, warnedAtDays: null },
      stages: isOther ? null : account.stages,
    }),
    authorizedAt,
  );
  await settleClaim();
  // By now only the old access token leads to the old Lever.
  const oldLever = ports.webhooksOf(accountId, oldTokens?.accessToken ?? null);
  const replaced = { tokens: oldTokens, webhooks: oldWebhooks };
  const isLeft = isOther && !(await tryToRemoveWebhooks(accountId, replaced, oldLever, ports));
  const told = [leverAccountId, isLeft ? 'webhooks_left_in_old_lever' : null];
  const detail = told.filter((each) => each !== null).join(' ');
  const by = granted.userId;
  await ports.emit(isFirst ? 'account_connected' : 'account_reconnected', { accountId, by, detail: detail || null });
  try {
    const lever = ports.webhooksOf(accountId, granted.tokens.accessToken);
    const webhookUrl = webhookUrlOf(accountId, ports.config.publicUrl);
    const isNew = await registerWebhooks(accountId, { ...ports, lever, webhookUrl });
    if (isNew) await ports.emit('webhooks_registered', { accountId, by });
    // Nobody documents whether an access lists, or may take out, what was registered by the one before.
    if (isRegistered(await ports.webhookSecrets.load(accountId)))
      for (const { webhookId } of isOther ? [] : oldWebhooks) await lever.remove(webhookId);
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    await ports.emit('webhooks_not_registered', { accountId, reason: error.code });
  }
  await ports.mailLists.lookSoon(accountId, ports.now());
  return 'connected';
};

const noClaim = async (): Promise<void> => {};
