import { markDisconnected } from '#shared/accounts/mark-disconnected.ts';
import { areListed, isRegistered, webhookUrlOf } from '#shared/accounts/register-webhooks.ts';
import type { Account } from '#shared/domain/account.ts';
import { Failure } from '#shared/domain/failure.ts';
import { nextRequestAt } from '#shared/stores/rate-limiter.ts';
import type { AppPorts } from '#shared/vendors.ts';
import { mapConcurrently } from './map-concurrently.ts';

const atOnce = 32;

/**
 * Nobody tells us that an access was revoked: calls Lever once for every connected account, those first for whom that is
 * longest ago, so that a run that is over too soon is made up for by the next. Where calls are being made right now, they find out.
 */
export const probeConnections = async (ports: AppPorts, isOver: () => boolean): Promise<void> => {
  const beganAt = ports.now();
  const found: { account: Account; freeAt: number }[] = [];
  await mapConcurrently(await ports.accounts.listConnected(), atOnce, isOver, async (account) => {
    found.push({ account, freeAt: await nextRequestAt(ports.table, account.accountId) });
  });
  const idle = found.filter(({ freeAt }) => freeAt <= beganAt).toSorted((one, other) => one.freeAt - other.freeAt);
  await mapConcurrently(idle, atOnce, isOver, ({ account }) => probe(account, ports));
};

const probe = async ({ accountId, connection }: Account, ports: AppPorts): Promise<void> => {
  const beganAt = ports.now();
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
    if (error.kind === 'needs_reconnect') await markDisconnected(accountId, beganAt, ports);
  }
};

/** Has the account maintained at once, unless it is known already that it has no webhooks. */
const runMaintenanceNow = async (accountId: string, ports: AppPorts): Promise<void> => {
  if (!isRegistered(await ports.webhookSecrets.load(accountId))) return;
  await ports.accounts.update(accountId, (account) => account, ports.now());
};
