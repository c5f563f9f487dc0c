import { markDisconnected } from '#shared/accounts/mark-disconnected.ts';
import { areListed, webhookUrlOf } from '#shared/accounts/register-webhooks.ts';
import type { Account } from '#shared/domain/account.ts';
import { Failure, kindOf } from '#shared/domain/failure.ts';
import { nextRequestAt } from '#shared/stores/rate-limiter.ts';
import { isRegistered } from '#shared/stores/webhook-secrets.ts';
import type { AppPorts } from '#shared/vendors.ts';

const knownForMs = 60_000;

/**
 * Nobody tells us that an access was revoked. For somebody who looks now, Lever is called once where it has not been for a minute; for
 * all others the hourly maintenance finds out. Answers the account as it is after that.
 */
export const probeConnection = async (account: Account, ports: AppPorts): Promise<Account> => {
  const { accountId, enabled, connectionState, connection } = account;
  const beganAt = ports.now();
  if (!enabled || connectionState !== 'connected') return account;
  if ((await nextRequestAt(ports.table, accountId)) > beganAt - knownForMs) return account;
  try {
    if (connection?.authorizedBy === undefined) await ports.leverOf(accountId, { reservationId: 'probe' }).probe();
    // Where we set up the webhooks, the same one call tells whether they are there still.
    else {
      const webhookUrl = webhookUrlOf(accountId, ports.config.publicUrl);
      if (!(await areListed({ lever: ports.webhooksOf(accountId, null), webhookUrl })))
        await runMaintenanceNow(accountId, ports);
    }
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    // Whatever else is wrong, somebody with work to do will meet it.
    if (kindOf(error) === 'needs_reconnect') await markDisconnected(accountId, beganAt, ports);
  }
  return (await ports.accounts.find(accountId)) ?? account;
};

/** Has the account maintained at once, unless it is known already that it has no webhooks. */
const runMaintenanceNow = async (accountId: string, ports: AppPorts): Promise<void> => {
  if (!isRegistered(await ports.webhookSecrets.load(accountId))) return;
  await ports.accounts.update(accountId, (account) => account, ports.now());
};
