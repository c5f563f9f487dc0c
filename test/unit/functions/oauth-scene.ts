import { beginAuthorization } from '#functions/lever-oauth/begin-authorization.ts';
import { disconnectLever } from '#functions/lever-oauth/disconnect-lever.ts';
import { finishAuthorization } from '#functions/lever-oauth/finish-authorization.ts';
import type { LeverOauthPorts } from '#functions/lever-oauth/ports.ts';
import { replaceGrant } from '#functions/lever-oauth/replace-grant.ts';
import { createLeverModel, SANDBOX_LEVER_APP } from '#infra/local/sandbox/lever-model.ts';
import { newAccount } from '#shared/domain/account.ts';
import type { Answer, Incoming } from '#shared/edge/http-handler.ts';
import { parseJson } from '#shared/http/parse-json.ts';
import { type HttpRequest, NoAnswer, type SendRequest } from '#shared/http/send-request.ts';
import { createAccessTokens } from '#shared/lever/access-tokens.ts';
import { createLeverLogin, scopes } from '#shared/lever/lever-login.ts';
import { createLeverWebhooks } from '#shared/lever/lever-webhooks.ts';
import { refreshGrant } from '#shared/lever/refresh-grant.ts';
import type { LogCode } from '#shared/observability/log-codes.ts';
import { createAccountStore } from '#shared/stores/account-store.ts';
import { createActivityStore } from '#shared/stores/activity-store.ts';
import { createAuthorizationStore } from '#shared/stores/authorization-store.ts';
import { createCredentialStore } from '#shared/stores/credential-store.ts';
import { createGrantStore } from '#shared/stores/grant-store.ts';
import { createWaitingGrantStore } from '#shared/stores/waiting-grant-store.ts';
import { createMemoryTable } from '../../fakes/memory-table.ts';
import { plainVault } from '../../fakes/plain-vault.ts';
import { seededRandom } from '../../fakes/seeded-random.ts';

export const [mine, others] = ['acct_brightwater', 'acct_harborlight'] as const;
export const publicUrl = 'https://turn.example';
export const callbackUrl = `${publicUrl}/lever/oauth/callback`;
const leverUrl = 'https://lever.example';
const startsAt = Date.parse('2026-03-02T09:00:00Z');

/** One person in one browser, which keeps its cookies. */
export type Browser = { claims: Incoming['claims']; cookies: Record<string, string> };

/** Two accounts of ours, two organizations in Lever (`org-a`, `org-b`), and the use cases of lever-oauth between them. */
export const createOauthScene = async (otherwise: Partial<LeverOauthPorts> = {}) => {
  let time = startsAt;
  const now = (): number => time;
  const random = seededRandom(7);
  const lever = createLeverModel({ now, random });
  for (const id of ['org-a', 'org-b']) lever.addOrganization({ id, name: id, stages: [], users: [] });
  const table = createMemoryTable();
  const accounts = createAccountStore(table, { now });
  const credentials = createCredentialStore(table, plainVault);
  let activityCount = 0;
  const newId = (): string => {
    activityCount += 1;
    return String(activityCount).padStart(6, '0');
  };
  const activities = createActivityStore(table, { now, newId });
  for (const id of [mine, others]) await accounts.create(newAccount(id, id));

  const requests: HttpRequest[] = [];
  const send: SendRequest = async (request) => {
    requests.push(request);
    const { method, url, headers, body } = request;
    const outcome = lever.handle({
      method,
      path: url.pathname.replace(/^\/v1/u, ''),
      query: url.searchParams,
      authorization: headers['authorization'],
      body: body === null ? undefined : (parseJson(body) ?? Object.fromEntries(new URLSearchParams(body))),
    });
    if (outcome.kind !== 'answer') throw new NoAnswer(outcome.kind === 'silence' ? 'timeout' : 'ECONNRESET');
    return {
      status: outcome.status,
      headers: { 'content-type': 'application/json' },
      body: outcome.body === undefined ? '' : JSON.stringify(outcome.body),
    };
  };
  const sleep = async (ms: number): Promise<void> => {
    time += ms;
  };
  const accessToken = createAccessTokens({
    store: createGrantStore(credentials),
    refresh: (token, notAfter) => refreshGrant({ ...SANDBOX_LEVER_APP, authUrl: leverUrl, send, now }, token, notAfter),
    now,
    sleep,
  });
  const log: LogCode[] = [];
  let secrets = 0;
  const ports: LeverOauthPorts = {
    now,
    newSecret: () => {
      secrets += 1;
      return `secret-${secrets}`.padEnd(43, 'x');
    },
    claimNames: { OIDC_ACCOUNT_CLAIM: 'account_id', OIDC_ROLE_CLAIM: 'role', OIDC_SUPER_ADMIN_ROLE: 'super_admin' },
    accounts,
    credentials,
    activities,
    authorizations: createAuthorizationStore(table, { now }),
    waitingGrants: createWaitingGrantStore(table, plainVault, { now }),
    login: async () =>
      createLeverLogin({
        ...{ authUrl: leverUrl, apiUrl: `${leverUrl}/v1`, redirectUri: callbackUrl, app: SANDBOX_LEVER_APP, send, now },
      }),
    webhooksOf: (accountId, given) =>
      createLeverWebhooks({
        ...{ notAfter: null, prepaid: 0, apiUrl: `${leverUrl}/v1`, send },
        accessToken: async (refused) => given ?? accessToken(accountId, refused),
        takeSlot: () => sleep(100),
      }),
    publicUrl,
    report: (code) => void log.push(code),
    ...otherwise,
  };

  /** Sends what a browser sends and keeps the cookies that it gets. */
  const visit = async (
    useCase: (incoming: Incoming, ports: LeverOauthPorts) => Promise<Answer>,
    browser: Browser,
    sent: { query?: Record<string, string>; body?: unknown } = {},
  ) => {
    const body = sent.body === undefined ? '' : JSON.stringify(sent.body);
    const incoming: Incoming = {
      ...{ routeKey: '', path: {}, query: sent.query ?? {}, headers: {}, body, bodyBytes: body.length },
      ...{ cookies: { ...browser.cookies }, claims: browser.claims },
    };
    const answer = await useCase(incoming, ports);
    for (const cookie of 'cookies' in answer ? (answer.cookies ?? []) : []) {
      const [, name = '', value = '', rest = ''] = /^([^=]+)=([^;]*)(.*)$/u.exec(cookie) ?? [];
      if (rest.includes('Max-Age=0')) delete browser.cookies[name];
      else browser.cookies[name] = value;
    }
    return answer;
  };
  const openBrowser = (accountId: string = mine, role = 'super_admin', sub = 'user-1'): Browser => ({
    claims: { account_id: accountId, role, sub },
    cookies: {},
  });
  const begin = async (browser: Browser) => {
    const answer = await visit(beginAuthorization, browser);
    if (!('json' in answer)) throw new Error(`It should begin, but: ${JSON.stringify(answer)}`);
    const { authorizeUrl } = answer.json as { authorizeUrl: string };
    const asked = new URL(authorizeUrl).searchParams;
    return { authorizeUrl, state: asked.get('state') ?? '' };
  };
  /** The Super Admin of an organization allows it; what Lever puts into the way back. */
  const allow = (state: string, organizationId = 'org-a', scope: string = scopes.join(' ')) => {
    const { clientId } = SANDBOX_LEVER_APP;
    const grant = { organizationId, userId: `admin-of-${organizationId}`, clientId, scope, redirectUri: callbackUrl };
    return { state, code: lever.tokens.issueCode(grant) };
  };
  const comeBack = async (browser: Browser, query: Record<string, string>) => {
    const answer = await visit(finishAuthorization, browser, { query });
    return 'location' in answer ? answer.location : answer;
  };
  return {
    ...{ lever, table, accounts, credentials, activities, ports, requests, log, now, visit, openBrowser, begin, allow },
    comeBack,
    /** All of it, from the button to the settings page. */
    connect: async (browser: Browser, organizationId = 'org-a') => {
      const { state } = await begin(browser);
      return comeBack(browser, allow(state, organizationId));
    },
    replace: (browser: Browser, body: unknown) => visit(replaceGrant, browser, { body }),
    disconnect: (browser: Browser) => visit(disconnectLever, browser),
    passTime: (ms: number): void => {
      time += ms;
    },
    webhooksAt: (organizationId: string) => lever.recruiter(organizationId).organization.webhooks,
    kinds: async (accountId: string = mine) => {
      const { activities: all } = await activities.list(accountId, { limit: 50, after: null });
      return all.map(({ kind, by, detail }) => [kind, by, detail].filter((each) => each !== null).join(' '));
    },
    /** Everything that an authorization may change: the accounts with their secrets and what waits, and the webhooks in Lever. */
    everything: () =>
      JSON.stringify([
        [...table.items.values()].filter(({ pk, sk }) => pk.startsWith('ACCOUNT#') && !sk.startsWith('ACTIVITY#')),
        ['org-a', 'org-b'].map((id) => lever.recruiter(id).organization.webhooks),
      ]),
  };
};
