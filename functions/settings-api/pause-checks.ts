import type * as z from 'zod/mini';
import type { Account } from '#shared/domain/account.ts';
import { pauseOf, withPause } from '#shared/domain/pause.ts';
import type { Request } from '#shared/edge/authorize.ts';
import type { Answer } from '#shared/edge/http-handler.ts';
import type { AppPorts } from '#shared/vendors.ts';
import { type pausedSchema, pauseSchema } from './pause-schemas.ts';
import { readBody } from './read-body.ts';

/** Has nothing ordered for the account, or ends that. A pause of Turn's stays as it is; the answer says what holds now. What waited is decided by the maintenance that comes next. */
export const pauseChecks = async ({ account, caller, incoming }: Request, ports: AppPorts): Promise<Answer> => {
  const read = readBody(incoming, pauseSchema);
  if ('refusal' in read) return read.refusal;
  const { accountId } = account;
  const by = read.value.paused ? caller.userId : null;
  const change = (before: Account): Account => withPause(before, by, ports.now());
  const update = await ports.accounts.update(accountId, change, read.value.paused ? undefined : ports.now());
  const [was, is] = [update?.before.paused, update?.after.paused];
  if ((was === undefined) !== (is === undefined)) {
    await ports.emit(is === undefined ? 'checks_resumed' : 'checks_paused', { accountId, by: caller.userId });
  }
  const pause = pauseOf(update?.after ?? account, await ports.pauses.allPausedSince());
  const json: z.infer<typeof pausedSchema> = { pause };
  return { status: 200, json };
};
