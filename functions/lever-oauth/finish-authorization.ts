import type { Answer, Incoming } from '#shared/edge/http-handler.ts';
import { readGranter } from '#shared/lever/granter.ts';
import { NotGranted } from '#shared/lever/lever-login.ts';
import type { Authorization } from '#shared/stores/authorization-store.ts';
import { isSameBrowser, markAnew, unmarkBrowser } from './browser-cookie.ts';
import { connectAccount, type Granted, isAnotherLever } from './connect-account.ts';
import type { LeverOauthPorts } from './ports.ts';

/** How it ended, in the word that the settings page has a sentence for. */
type Outcome = 'connected' | 'replace' | 'denied' | 'expired' | 'other_browser' | 'failed';

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
    if (isAnotherLever(account, granted)) {
      await ports.waitingGrants.save(account.accountId, { ...granted, browserHash: authorization.browserHash });
      return 'replace';
    }
    await connectAccount(account, granted, ports);
    return 'connected';
  } catch (error) {
    if (!(error instanceof NotGranted)) throw error;
    await recordRefusal(authorization, error, ports);
    return error.outcome;
  }
};

const callbackOf = ({ query }: Incoming): URLSearchParams => {
  const callback = new URLSearchParams();
  for (const name of parameterNames) if (query[name] !== undefined) callback.set(name, query[name]);
  return callback;
};

const recordRefusal = (
  { accountId, userId }: Authorization,
  { reason }: NotGranted,
  ports: LeverOauthPorts,
): Promise<void> =>
  ports.activities.record(accountId, {
    kind: 'lever_connection_refused',
    opportunityId: null,
    by: userId,
    detail: /^\w{1,60}$/u.test(reason) ? reason : 'unexpected_answer',
  });
