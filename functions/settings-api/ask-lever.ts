import { markDisconnected } from '#shared/accounts/mark-disconnected.ts';
import type { Account } from '#shared/domain/account.ts';
import { Failure, kindOf } from '#shared/domain/failure.ts';
import type { Refusal } from '#shared/edge/posted-handler.ts';
import type { Lever } from '#shared/lever/lever-client.ts';
import type { AppPorts } from '#shared/vendors.ts';

/** Leaves time to answer before API Gateway gives up on us. */
const patienceMs = 20_000;

/** Asks Lever something for a person who waits for it. `reservationId` names what is asked. Where Lever cannot be asked, or refuses, says why. */
export const askLever = async <T>(
  { accountId, connectionState }: Account,
  reservationId: string,
  ports: AppPorts,
  ask: (lever: Lever) => Promise<T>,
): Promise<{ readonly value: T } | { readonly refusal: Refusal }> => {
  if (connectionState !== 'connected') return { refusal: notConnected };
  const now = ports.now();
  try {
    return { value: await ask(ports.leverOf(accountId, { reservationId, deadline: now + patienceMs })) };
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    if (kindOf(error) !== 'needs_reconnect') return { refusal: refusalOf(error) };
    await markDisconnected(accountId, now, ports);
    return { refusal: notConnected };
  }
};

export const notConnected: Refusal = {
  status: 409,
  code: 'not_connected',
  message: 'Lever is not connected. Press Authorize Lever first.',
};

const refusalOf = (failure: Failure): Refusal => {
  const { code } = failure;
  if (code === 'lever_not_found') {
    return { status: 404, code: 'no_such_candidate', message: 'Lever has no such candidate. Check the link.' };
  }
  const isBusy = kindOf(failure) === 'throttled' || code === 'write_conflict' || code === 'table_unavailable';
  return isBusy
    ? { status: 503, code: 'busy', message: 'Your Lever account is busy right now. Try again in a minute.' }
    : {
        status: 503,
        code: 'lever_not_answering',
        message: 'Lever gave no usable answer. Try again in a minute.',
      };
};
