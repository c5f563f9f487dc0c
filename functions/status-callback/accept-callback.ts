import type { CallbackPorts } from '#shared/callback-ports.ts';
import { isAccountId, parseReferenceId } from '#shared/domain/ids.ts';
import type { Posted, Receipt } from '#shared/edge/posted-handler.ts';
import { parseJson } from '#shared/http/parse-json.ts';
import { type CallbackSubject, isCallbackKey, looksLikeCallbackKey, readCallback } from '#shared/turn/callback.ts';
import { readTurnId } from '#shared/turn/turn-id.ts';

/** A full report was seen at 17 KB; an honest one is not a hundred times that. */
const largestBodyBytes = 2_000_000;

/** An honest callback names a check by its reference, its worker, or both. */
const mostLookups = 2;

/** Takes a callback from Turn as a hint that a check of ours has news: reads whom it is about and drops the rest. A wrong key and an account that there is not are answered alike, after one read at most. */
export const acceptCallback = async (incoming: Posted, ports: CallbackPorts): Promise<Receipt> => {
  const { account: accountId = '', key = '' } = incoming.path;
  const mayBeKey = isAccountId(accountId) && looksLikeCallbackKey(key);
  if (!mayBeKey || !(await isKeyOf(accountId, key, ports))) {
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
  if (opportunityIds.size === 0) await ports.emit('callback_unknown', { accountId });
  for (const opportunityId of opportunityIds) {
    const isNews = await ports.hints.note({ accountId, opportunityId });
    await ports.emit(isNews ? 'callback_accepted' : 'callback_gathered', { accountId, opportunityId });
  }
  return { status: 200 };
};

/** Both are read, whether there is such an account or not: how long it takes tells nobody. */
const isKeyOf = async (accountId: string, key: string, ports: CallbackPorts): Promise<boolean> => {
  const [address, secret] = await Promise.all([ports.callbackAddresses.find(accountId), ports.callbackSecret()]);
  return address !== null && isCallbackKey(secret, address, key, ports.now());
};

/**
 * All that show a check which the callback names: by the reference that we gave it, which is claimed before Turn hears of it,
 * or by its worker, whom others of the same person may share. Made-up ids lead to nobody.
 */
const opportunitiesOf = async (
  accountId: string,
  check: string,
  { workerIds, referenceIds }: CallbackSubject,
  ports: CallbackPorts,
): Promise<ReadonlySet<string>> => {
  const others = referenceIds.filter((referenceId) => referenceId !== check);
  const byReference = (reference: string) => {
    const parsed = parseReferenceId(reference);
    const find = async (referred: NonNullable<typeof parsed>) =>
      (await ports.claims.isOurs(accountId, referred)) ? [referred.opportunityId] : [];
    return parsed === null ? [] : [() => find(parsed)];
  };
  const byWorker = (workerId: string) =>
    readTurnId(workerId) === null ? [() => ports.sharers.ofWorker(accountId, workerId)] : [];
  const lookups = [...byReference(check), ...workerIds.flatMap(byWorker), ...others.flatMap(byReference)];
  const found = new Set<string>();
  for (const lookUp of lookups.slice(0, mostLookups)) for (const id of await lookUp()) found.add(id);
  return found;
};
