import { Failure } from '#shared/domain/failure.ts';
import { noteLapse } from '#shared/edge/note-lapse.ts';
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
  const found: { accountId: string; freeAt: number }[] = [];
  await allAtOnce(await ports.accounts.listConnected(), atOnce, isOver, async ({ accountId }) => {
    found.push({ accountId, freeAt: await nextSlotAt(ports.table, accountId) });
  });
  const idle = found.filter(({ freeAt }) => freeAt <= beganAt).toSorted((one, other) => one.freeAt - other.freeAt);
  await allAtOnce(idle, atOnce, isOver, ({ accountId }) => knock(accountId, ports));
};

const knock = async (accountId: string, ports: SweepPorts): Promise<void> => {
  const beganAt = ports.now();
  try {
    await ports.leverOf(accountId, { holder: 'knock' }).knock();
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    // Whatever else is wrong, somebody with work to do will meet it.
    if (error.kind === 'hold') await noteLapse(accountId, beganAt, ports);
  }
};
