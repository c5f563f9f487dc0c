import type { Request } from '#shared/edge/authorize.ts';
import type { Answer } from '#shared/edge/http-handler.ts';
import type { AppPorts } from '#shared/vendors.ts';
import { nothingWaits } from './replace-connection.ts';

/** What a Super Admin has to know before another Lever replaces the present one: which both are, and who authorized them when. */
export const showReplacement = async ({ account }: Request, ports: AppPorts): Promise<Answer> => {
  const found = await ports.pendingConnections.find(account.accountId);
  if (found === null) return nothingWaits;
  const { connection: other, userId, authorizedAt = null } = found.pending;
  const { connectionState: state, connection: present } = account;
  const presentBy = present?.authorizedBy ?? null;
  const names = await ports.people.namesOf(account.accountId, [userId, ...(presentBy === null ? [] : [presentBy])]);
  const json = {
    present: {
      state,
      leverAccountId: present?.leverAccountId ?? null,
      authorizedAt: present?.authorizedAt ?? null,
      authorizedBy: presentBy,
      authorizedByName: names.get(presentBy ?? '') ?? null,
    },
    other: {
      leverAccountId: other.leverAccountId,
      authorizedAt,
      authorizedBy: userId,
      authorizedByName: names.get(userId) ?? null,
    },
  };
  return { status: 200, json };
};
