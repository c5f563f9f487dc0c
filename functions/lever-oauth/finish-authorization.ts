import type { Account } from '#shared/domain/account.ts';
import type { Answer, Incoming } from '#shared/edge/http-handler.ts';
import { readTokenOwner } from '#shared/lever/access-tokens.ts';
import { NotGranted } from '#shared/lever/lever-login.ts';
import { type Authorization, hashOf } from '#shared/stores/authorization-store.ts';
import type { AppPorts } from '#shared/vendors.ts';
import { codeVerifierOf } from './code-verifier.ts';
import { connectAccount, type Granted, isAnotherLever } from './connect-account.ts';
import { browserSecretOf, isOwnSecret, isSameBrowser, renewStateCookie } from './state-cookie.ts';

/** How it ended, in the word that the settings page has a sentence for. */
type Outcome =
  | 'connected'
  | 'already_connected'
  | 'replace'
  | 'taken'
  | 'denied'
  | 'expired'
  | 'other_browser'
  | 'failed';

const parameterNames = ['code', 'state', 'error', 'iss'];

/** Ends an authorization: Lever has sent the browser back. Whatever happened, the person lands on the settings page. */
export const finishAuthorization = async (incoming: Incoming, ports: AppPorts): Promise<Answer> => {
  const outcome = await finish(incoming, ports);
  await ports.emit('authorization_ended', { reason: outcome });
  return {
    status: 303,
    location: `/settings?lever=${outcome}`,
    cookies: cookiesAfter(outcome, incoming, ports.config.publicUrl),
  };
};

/** The browser stays marked until the mark's ten minutes are over: another tab may be at Lever yet. It has ten more while it has a question to answer. */
const cookiesAfter = (outcome: Outcome, incoming: Incoming, publicUrl: string): string[] =>
  outcome === 'replace' ? [renewStateCookie(incoming, publicUrl)] : [];

const finish = async (incoming: Incoming, ports: AppPorts): Promise<Outcome> => {
  const { state = '' } = incoming.query;
  const authorization = isOwnSecret(state) ? await ports.authorizations.find(state) : null;
  if (authorization === null) return afterUse(state, incoming, ports);
  const browserSecret = browserSecretOf(incoming, ports.config.publicUrl);
  if (browserSecret === null || hashOf(browserSecret) !== authorization.browserHash) return 'other_browser';
  const account = await ports.accounts.find(authorization.accountId);
  const login = await ports.login();
  if (account === null || !account.enabled || login === null) return 'failed';
  const refuse = (reason: string): Promise<void> =>
    ports.emit('connection_refused', { accountId: account.accountId, by: authorization.userId, reason });
  // Of two callbacks at once, one goes on.
  if (!(await ports.authorizations.consume(state, authorization))) return afterUse(state, incoming, ports);
  try {
    const tokens = await login.exchange(callbackOf(incoming), state, codeVerifierOf(state, browserSecret));
    const granted: Granted = { tokens, connection: readTokenOwner(tokens.accessToken), userId: authorization.userId };
    const outcome = isAnotherLever(account, granted)
      ? await askFirst(account, granted, authorization, ports)
      : await connectAccount(account, granted, ports);
    // What was granted is forgotten. It is not revoked: that might end the other account's access too.
    if (outcome === 'taken') await refuse('lever_account_taken');
    return outcome;
  } catch (error) {
    if (!(error instanceof NotGranted)) throw error;
    const { reason } = error;
    await refuse(/^\w{1,60}$/u.test(reason) ? reason : 'unexpected_answer');
    return error.outcome;
  }
};

/** Somebody comes back the same way again, by reloading the page perhaps: what it led to is told once more. */
const afterUse = async (state: string, incoming: Incoming, ports: AppPorts): Promise<Outcome> => {
  const used = isOwnSecret(state) ? await ports.authorizations.findUsed(state) : null;
  if (used === null || !isSameBrowser(incoming, ports.config.publicUrl, used.browserHash)) return 'expired';
  if ((await ports.pendingConnections.find(used.accountId)) !== null) return 'replace';
  const account = await ports.accounts.find(used.accountId);
  return account?.enabled === true && account.connectionState === 'connected' ? 'already_connected' : 'expired';
};

/** Another Lever replaces the present one only once somebody has said so. */
const askFirst = async (
  { accountId }: Account,
  granted: Granted,
  { browserHash }: Authorization,
  ports: AppPorts,
): Promise<'replace' | 'taken'> => {
  const { leverAccountId } = granted.connection;
  if (leverAccountId !== null && (await ports.accounts.isLeverTaken(leverAccountId, accountId))) return 'taken';
  await ports.pendingConnections.save(accountId, { ...granted, browserHash, authorizedAt: ports.now() });
  return 'replace';
};

const callbackOf = ({ query }: Incoming): URLSearchParams => {
  const callback = new URLSearchParams();
  for (const name of parameterNames) if (query[name] !== undefined) callback.set(name, query[name]);
  return callback;
};
