import { markDisconnected } from '#shared/accounts/mark-disconnected.ts';
import type { Account, StageMap } from '#shared/domain/account.ts';
import { Failure, kindOf } from '#shared/domain/failure.ts';
import { stagesInOrder, withStages } from '#shared/domain/trigger-stage.ts';
import type { Request } from '#shared/edge/authorize.ts';
import type { Answer } from '#shared/edge/http-handler.ts';
import type { AppPorts } from '#shared/vendors.ts';

/** Asking again so soon would only spend the account's requests at Lever. */
const freshForMs = 10_000;
/** Leaves time to answer from memory within the function's own limit. */
const patienceMs = 6_000;

/** Lever's stages in its own order, as Lever has them now; as we last read them where it cannot be asked. */
export const showStages = async ({ account }: Request, ports: AppPorts): Promise<Answer> => {
  const map = await freshStages(account, ports);
  return { status: 200, json: { stages: map === null ? [] : stagesInOrder(map), readAt: map?.readAt ?? null } };
};

const freshStages = async (account: Account, ports: AppPorts): Promise<StageMap | null> => {
  const { accountId, stages: known } = account;
  const now = ports.now();
  if (account.connectionState !== 'connected' || (known !== null && now - known.readAt < freshForMs)) return known;
  try {
    const lever = ports.leverOf(accountId, { reservationId: 'settings', deadline: now + patienceMs });
    const stages = { readAt: now, names: await lever.readStages() };
    await ports.accounts.update(accountId, (before) => withStages(before, stages));
    return stages;
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    await ports.emit('stages_unread', { accountId, reason: error.code });
    if (kindOf(error) === 'needs_reconnect') await markDisconnected(accountId, now, ports);
    return known;
  }
};
