import { opportunityIdOf } from '#shared/domain/check.ts';
import type { SendNudge } from '#shared/domain/nudge.ts';
import type { Answer, Posted } from '#shared/edge/http-handler.ts';
import { parseJson } from '#shared/http/parse-json.ts';
import type { Report } from '#shared/observability/log-codes.ts';
import type { ScreeningStore } from '#shared/stores/screening-store.ts';
import { readCallback } from '#shared/turn/callback.ts';
import { isCallbackKey } from '#shared/turn/callback-address.ts';

/** A full report was seen at 17 KB; an honest one is not a hundred times that. */
const largestBodyBytes = 2_000_000;

export type AcceptCallbackPorts = {
  callbackSecret: () => Promise<string>;
  screenings: Pick<ScreeningStore, 'findByWorker'>;
  nudgeCheckUpdate: SendNudge;
  report: Report;
};

/** Takes a callback from Turn as a hint that a check has news: reads whom it is about and drops the rest. */
export const acceptCallback = async (incoming: Posted, ports: AcceptCallbackPorts): Promise<Answer> => {
  const { account: accountId = '', key = '' } = incoming.path;
  if (!isCallbackKey(await ports.callbackSecret(), accountId, key)) {
    ports.report('callback_refused', { reason: 'wrong_key' });
    return { status: 404, code: 'unknown_address', message: 'There is no such callback address.' };
  }
  if (incoming.bodyBytes > largestBodyBytes) {
    ports.report('callback_refused', { accountId, reason: 'too_large' });
    return { status: 413, code: 'too_large', message: 'The callback is too large.' };
  }
  const subject = readCallback(parseJson(incoming.body));
  if (subject === null) {
    ports.report('callback_refused', { accountId, reason: 'unknown_shape' });
    return { status: 400, code: 'unknown_shape', message: "The body has none of the shapes of Turn's callbacks." };
  }
  const opportunityId =
    opportunityIdOf(incoming.query['check'] ?? '') ??
    opportunityIdOf(subject.referenceId ?? '') ??
    (await ports.screenings.findByWorker(accountId, subject.workerId));
  if (opportunityId === null) {
    ports.report('callback_unknown', { accountId });
    return { status: 200 };
  }
  await ports.nudgeCheckUpdate({ accountId, opportunityId });
  ports.report('callback_accepted', { accountId, opportunityId });
  return { status: 200 };
};
