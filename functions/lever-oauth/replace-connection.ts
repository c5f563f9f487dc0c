import * as z from 'zod/mini';
import type { Request } from '#shared/edge/authorize.ts';
import type { Answer } from '#shared/edge/http-handler.ts';
import { parseJson } from '#shared/http/parse-json.ts';
import type { AppPorts } from '#shared/vendors.ts';
import { connectAccount } from './connect-account.ts';
import { clearStateCookie, isSameBrowser } from './state-cookie.ts';

const choiceSchema = z.strictObject({ confirm: z.boolean() });

/** The Super Admin says whether another Lever account replaces the present one. */
export const replaceConnection = async ({ account, caller, incoming }: Request, ports: AppPorts): Promise<Answer> => {
  const choice = choiceSchema.safeParse(parseJson(incoming.body));
  if (!choice.success) {
    const fields = { confirm: 'Say true to replace the connection, false to keep it.' };
    return { status: 422, code: 'invalid', message: 'The request could not be understood.', fields };
  }
  const found = await ports.pendingConnections.find(account.accountId);
  if (found === null) return nothingWaits;
  if (!isSameBrowser(incoming, ports.config.publicUrl, found.pending.browserHash)) {
    const message = 'Decide in the browser in which you went to Lever, or press Authorize Lever again here.';
    return { status: 403, code: 'other_browser', message };
  }
  if (!(await found.take())) return nothingWaits;
  const { tokens, connection } = found.pending;
  const refuse = (reason: string): Promise<void> =>
    ports.emit('connection_refused', { accountId: account.accountId, by: caller.userId, reason });
  if (!choice.data.confirm) await refuse('another_lever_account');
  else if ((await connectAccount(account, { tokens, connection, userId: caller.userId }, ports)) === 'taken') {
    await refuse('lever_account_taken');
    return taken;
  }
  return { status: 200, json: { replaced: choice.data.confirm }, cookies: [clearStateCookie(ports.config.publicUrl)] };
};

const taken: Answer = {
  status: 409,
  code: 'taken',
  message: 'That Lever account is now connected to another Turn account. Disconnect it there first.',
};

/** Nothing was authorized that is another Lever, or not lately, or somebody has decided already. */
export const nothingWaits: Answer = {
  status: 409,
  code: 'nothing_waits',
  message: 'No connection is waiting to be confirmed. Press Authorize Lever again.',
};
