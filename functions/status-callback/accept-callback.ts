import { parseReferenceId } from '#shared/domain/ids.ts';
import type { Answer, Posted } from '#shared/edge/http-handler.ts';
import { parseJson } from '#shared/http/parse-json.ts';
import type { Ports } from '#shared/ports.ts';
import { type CallbackSubject, isCallbackKey, readCallback } from '#shared/turn/callback.ts';

/** A full report was seen at 17 KB; an honest one is not a hundred times that. */
const largestBodyBytes = 2_000_000;

/** Takes a callback from Turn as a hint that a check has news: reads whom it is about and drops the rest. */
export const acceptCallback = async (incoming: Posted, ports: Ports): Promise<Answer> => {
  const { account: accountId = '', key = '' } = incoming.path;
  if (!isCallbackKey(await ports.callbackSecret(), accountId, key)) {
    await ports.emit('callback_refused', { reason: 'wrong_key' });
    return { status: 404, code: 'unknown_address', message: 'There is no such callback address.' };
  }
  if (incoming.bodyBytes > largestBodyBytes) {
    await ports.emit('callback_refused', { accountId, reason: 'too_large' });
    return { status: 413, code: 'too_large', message: 'The callback is too large.' };
  }
  const subject = readCallback(parseJson(incoming.body));
  if (subject === null) {
    await ports.emit('callback_refused', { accountId, reason: 'not_an_object' });
    return { status: 400, code: 'not_an_object', message: 'The body is not a JSON object.' };
  }
  const opportunityIds = await opportunitiesOf(accountId, incoming.query['check'] ?? '', subject, ports);
  if (opportunityIds.length === 0) await ports.emit('callback_unknown', { accountId });
  for (const opportunityId of opportunityIds) {
    await ports.enqueueSync({ accountId, opportunityId });
    await ports.emit('callback_accepted', { accountId, opportunityId });
  }
  return { status: 200 };
};

/** All that show the check: the one that the address names, and those that share its worker. A worker that we know is surer than a reference id in the body, which only looks like one of ours. */
const opportunitiesOf = async (
  accountId: string,
  check: string,
  { workerIds, referenceIds }: CallbackSubject,
  { sharers }: Ports,
): Promise<readonly string[]> => {
  const ordered = parseReferenceId(check);
  const found = new Set(ordered === null ? [] : [ordered]);
  for (const workerId of workerIds) {
    for (const opportunityId of await sharers.ofWorker(accountId, workerId)) found.add(opportunityId);
  }
  const named = referenceIds.map(parseReferenceId).find((opportunityId) => opportunityId !== null);
  return found.size === 0 && named !== undefined ? [named] : [...found];
};
