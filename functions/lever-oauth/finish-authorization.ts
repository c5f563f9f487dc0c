import type { Account } from '#shared/domain/account.ts';
import type { Answer, Incoming } from '#shared/edge/http-handler.ts';
import { readGranter } from '#shared/lever/granter.ts';
import { NotGranted } from '#shared/lever/lever-login.ts';
import type { Authorization } from '#shared/stores/authorization-store.ts';
import { isSameBrowser, markAnew, unmarkBrowser } from './browser-cookie.ts';
import { connectAccount, type Granted, isAnotherLever } from './connect-account.ts';
import type { LeverOauthPorts } from './ports.ts';
import { recordRefusal } from './record-refusal.ts';

/** How it ended, in the word that the settings page has a sentence for. */
type Outcome = 'connected' | 'replace' | 'taken' | 'denied' | 'expired' | 'other_browser' | 'failed';

const stateShape = /^[\w-]{43}$/u;
const parameterNames = ['code', 'state', 'error', 'iss'];

/** Ends an authorization: Lever has sent the browser back. Whatever happened, the person lands on the settings page. */
export const finishAuthorization = async (incoming: Incoming, ports: LeverOauthPorts): Promise<Answer> => {
  const outcome = await finish(incoming, ports);
  ports.report('authorization_ended', { reason: outcome });
  return {
    status: 303,
    location: `/settings?lever=${outcome}`,
    cookies: cookiesAfter(outcome, incoming, ports.publicUrl),
  };
};

/** The browser stays marked while it has a question to answer, and where the mark may be another authorization's: anybody can make it follow a link that leads here. */
const cookiesAfter = (outcome: Outcome, incoming: Incoming, publicUrl: string): string[] => {
  if (outcome === 'expired' || outcome === 'other_browser') return [];
  return [outcome === 'replace' ? markAnew(incoming, publicUrl) : unmarkBrowser(publicUrl)];
};

const finish = async (incoming: Incoming, ports: LeverOauthPorts): Promise<Outcome> => {
  const { state = '' } = incoming.query;
  const authorization = stateShape.test(state) ? await ports.authorizations.find(state) : null;
  if (authorization === null) return 'expired';
  if (!isSameBrowser(incoming, ports.publicUrl, authorization.browserHash)) return 'other_browser';
  const account = await ports.accounts.find(authorization.accountId);
  const login = await ports.login();
  if (account === null || !account.enabled || login === null) return 'failed';
  // Of two callbacks at once, one goes on.
  if (!(await ports.authorizations.consume(state))) return 'expired';
  try {
    const grant = await login.exchange(callbackOf(incoming), state);
    const granted: Granted = { grant, granter: readGranter(grant.accessToken), userId: authorization.userId };
    const outcome = isAnotherLever(account, granted)
      ? await askFirst(account, granted, authorization, ports)
      : await connectAccount(account, granted, ports);
    // What was granted is forgotten. It is not revoked: that might end the other account's access too.
    if (outcome === 'taken') await recordRefusal(authorization, 'lever_account_taken', ports);
    return outcome;
  } catch (error) {
    if (!(error instanceof NotGranted)) throw error;
    const { reason } = error;
    await recordRefusal(authorization, /^\w{1,60}$/u.test(reason) ? reason : 'unexpected_answer', ports);
    return error.outcome;
  }
};

/** Another Lever replaces the present one only once somebody has said so. */
const askFirst = async (
  { accountId }: Account,
  granted: Granted,
  { browserHash }: Authorization,
  ports: LeverOauthPorts,
): Promise<'replace' | 'taken'> => {
  const { leverAccountId } = granted.granter;
  if (leverAccountId !== null && (await ports.accounts.isLeverTaken(leverAccountId, accountId))) return 'taken';
  await ports.waitingGrants.save(accountId, { ...granted, browserHash });
  return 'replace';
};

const callbackOf = ({ query }: Incoming): URLSearchParams => {
  const callback = new URLSearchParams();
  for (const name of parameterNames) if (query[name] !== undefined) callback.set(name, query[name]);
  return callback;
};
