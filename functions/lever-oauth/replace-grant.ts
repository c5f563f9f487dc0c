import * as z from 'zod';
import { admit } from '#shared/edge/admit.ts';
import type { Answer, Incoming } from '#shared/edge/http-handler.ts';
import { parseJson } from '#shared/http/parse-json.ts';
import { isSameBrowser, unmarkBrowser } from './browser-cookie.ts';
import { connectAccount } from './connect-account.ts';
import type { LeverOauthPorts } from './ports.ts';
import { recordRefusal } from './record-refusal.ts';

const choiceSchema = z.strictObject({ confirm: z.boolean() });

/** The Super Admin says whether another Lever account replaces the present one. */
export const replaceGrant = async (incoming: Incoming, ports: LeverOauthPorts): Promise<Answer> => {
  const admitted = await admit(incoming, 'super_admin', ports);
  if ('refusal' in admitted) return admitted.refusal;
  const { account, caller } = admitted;
  const choice = choiceSchema.safeParse(parseJson(incoming.body));
  if (!choice.success) {
    const fields = { confirm: 'Say true to replace the connection, false to keep it.' };
    return { status: 422, code: 'invalid', message: 'The request is not understood.', fields };
  }
  const found = await ports.waitingGrants.find(account.accountId);
  if (found === null) return nothingWaits;
  if (!isSameBrowser(incoming, ports.publicUrl, found.waiting.browserHash)) {
    const message = 'Decide in the browser in which you went to Lever, or press Authorize Lever again here.';
    return { status: 403, code: 'other_browser', message };
  }
  if (!(await found.take())) return nothingWaits;
  const { grant, granter } = found.waiting;
  const somebody = { accountId: account.accountId, userId: caller.userId };
  if (!choice.data.confirm) await recordRefusal(somebody, 'another_lever_account', ports);
  else if ((await connectAccount(account, { grant, granter, userId: caller.userId }, ports)) === 'taken') {
    await recordRefusal(somebody, 'lever_account_taken', ports);
    return taken;
  }
  return { status: 200, json: { replaced: choice.data.confirm }, cookies: [unmarkBrowser(ports.publicUrl)] };
};

const taken: Answer = {
  status: 409,
  code: 'taken',
  message: 'That Lever account is connected to another Turn account by now. Disconnect it there first.',
};

const nothingWaits: Answer = {
  status: 409,
  code: 'nothing_waits',
  message: 'No connection waits to be confirmed any more. Press Authorize Lever again.',
};
