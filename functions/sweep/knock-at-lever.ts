import type { Account } from '#shared/domain/account.ts';
import { Failure } from '#shared/domain/failure.ts';
import { noteLapse } from '#shared/edge/note-lapse.ts';
import { areListed, isRegistered, webhookUrlOf } from '#shared/lever/register-webhooks.ts';
import { nextSlotAt } from '#shared/stores/rate-slots.ts';
import { allAtOnce } from './all-at-once.ts';
import type { SweepPorts } from './ports.ts';

const atOnce = 32;

/**
 * Nobody tells us that an access was revoked: calls Lever once for every connected account, those first for whom that is
 * longest ago, so that a run that is over too soon is made up for by the next. Where calls are being made right now, they find out.
 */
export const knockAtLever = async (ports: SweepPorts, isOver: () => boolean): Promise<void> => {
  const beganAt = ports.now();
  const found: { account: Account; freeAt: number }[] = [];
  await allAtOnce(await ports.accounts.listConnected(), atOnce, isOver, async (account) => {
    found.push({ account, freeAt: await nextSlotAt(ports.table, account.accountId) });
  });
  const idle = found.filter(({ freeAt }) => freeAt <= beganAt).toSorted((one, other) => one.freeAt - other.freeAt);
  await allAtOnce(idle, atOnce, isOver, ({ account }) => knock(account, ports));
};

const knock = async ({ accountId, granter }: Account, ports: SweepPorts): Promise<void> => {
  const beganAt = ports.now();
  try {
    if (granter?.grantedBy === undefined) await ports.leverOf(accountId, { holder: 'knock' }).knock();
    // Where we set up the webhooks, the same one call tells whether they are there still.
    else {
      const webhookUrl = webhookUrlOf(accountId, ports.publicUrl);
      if (!(await areListed({ lever: ports.webhooksOf(accountId, null), webhookUrl }))) await hasten(accountId, ports);
    }
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    // Whatever else is wrong, somebody with work to do will meet it.
    if (error.kind === 'hold') await noteLapse(accountId, beganAt, ports);
  }
};

/** Has the account looked after at once, unless it is known already that it has no webhooks. */
const hasten = async (accountId: string, ports: SweepPorts): Promise<void> => {
  if (!isRegistered((await ports.credentials.load(accountId)).credentials)) return;
  await ports.accounts.update(accountId, (account) => account, ports.now());
};
