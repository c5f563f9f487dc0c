import { finishAuthorization } from '#functions/lever-oauth/finish-authorization.ts';
import { leverRoutes } from '#functions/lever-oauth/lever-routes.ts';
import { createLeverModel, SANDBOX_LEVER_APP } from '#infra/local/sandbox/lever-model.ts';
import { createApp } from '#shared/app.ts';
import { newAccount } from '#shared/domain/account.ts';
import type { Answer, Incoming } from '#shared/edge/http-handler.ts';
import { parseJson } from '#shared/http/parse-json.ts';
import { type HttpRequest, NetworkError, type SendRequest } from '#shared/http/send-request.ts';
import { scopes } from '#shared/lever/lever-login.ts';
import type { EventCode } from '#shared/observability/events.ts';
import { type AppPorts, connectVendors } from '#shared/vendors.ts';
import { createMemoryTable } from '../../../fakes/memory-table.ts';
import { plainCipher } from '../../../fakes/plain-cipher.ts';
import { seededRandom } from '../../../fakes/seeded-random.ts';

export const [mine, others] = ['acct_brightwater', 'acct_harborlight'] as const;
export const publicUrl = 'https://turn.example';
export const callbackUrl = `${publicUrl}/lever/oauth/callback`;
const leverUrl = 'https://lever.example';
const startsAt = Date.parse('2026-03-02T09:00:00Z');

/** One person in one browser, which keeps its cookies. */
export type Browser = { claims: Incoming['claims']; cookies: Record<string, string> };

/** The ports of the use cases; a test may replace some while it runs. */
type ScenePorts = { -readonly [name in keyof AppPorts]: AppPorts[name] };

/** Two accounts of ours, two organizations in Lever (`org-a`, `org-b`), and the use cases of lever-oauth between them. */
export const createOauthScene = async (otherwise: Partial<AppPorts> = {}) => {
  let time = startsAt;
  const now = (): number => time;
  const random = seededRandom(7);
  const lever = createLeverModel({ now, random });
  for (const id of ['org-a', 'org-b']) lever.addOrganization({ id, name: id, stages: [], users: [] });

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
    if (outcome.kind !== 'answer') throw new NetworkError(outcome.kind === 'silence' ? 'timeout' : 'ECONNRESET');
    return {
      status: outcome.status,
      headers: { 'content-type': 'application/json' },
      body: outcome.body === undefined ? '' : JSON.stringify(outcome.body),
    };
  };
  const log: EventCode[] = [];
  const lines: string[] = [];
  let [activityCount, secretCount] = [0, 0];
  const table = createMemoryTable();
  const app = createApp(
    {
      now,
      sleep: async (ms) => {
        time += ms;
      },
      random,
      newId: () => {
        activityCount += 1;
        return String(activityCount).padStart(6, '0');
      },
      newSecret: () => {
        secretCount += 1;
        return `secret-${secretCount}`.padEnd(43, 'x');
      },
      table,
      cipher: plainCipher,
      webhookCipher: plainCipher,
      send,
      secret: async () => JSON.stringify(SANDBOX_LEVER_APP),
      queues: { decision: async () => {}, sync: async () => {}, maintenance: async () => {} },
      ownQueue: { changeVisibility: async () => {}, sendToDeadLetters: async () => {} },
      log: (code, fields) => {
        log.push(code);
        lines.push(JSON.stringify({ code, fields }));
      },
      config: {
        publicUrl,
        leverApiUrl: `${leverUrl}/v1`,
        leverAuthUrl: leverUrl,
        userAgent: 'lever-turn-background-checks/test',
        mailSender: null,
        defaultHourlyCap: null,
        turnApiUrl: 'https://turn-api.example',
        turnDashboardHosts: ['partners.turn.ai'],
        retryPolicy: { orderVisibilityMs: 1, retryFirstMs: 1, retryLongestMs: 1, pollIntervalMs: 1 },
        redeliveryMs: 1,
        gatherMs: 0,
        maintenanceMs: 1,
        claimNames: { account: 'account_id', role: 'role', superAdminRole: 'super_admin', memberRoles: ['member'] },
      },
    },
    connectVendors,
  );
  const ports: ScenePorts = { ...app.ports, ...otherwise };
  const { accounts, credentials, webhookSecrets, activities } = app.ports;
  for (const id of [mine, others]) await accounts.create(newAccount(id, id));

  /** Sends what a browser sends and keeps the cookies that it gets. */
  const visit = async (
    useCase: (incoming: Incoming, ports: AppPorts) => Promise<Answer>,
    browser: Browser,
    sent: { query?: Record<string, string>; body?: unknown } = {},
  ) => {
    const body = sent.body === undefined ? '' : JSON.stringify(sent.body);
    const incoming: Incoming = {
      routeKey: '',
      path: {},
      query: sent.query ?? {},
      headers: {},
      cookies: { ...browser.cookies },
      claims: browser.claims,
      body,
      bodyBytes: body.length,
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
    const answer = await visit(leverRoutes['POST /api/lever/authorize'], browser);
    if (!('json' in answer)) throw new Error(`It should begin, but: ${JSON.stringify(answer)}`);
    const { authorizeUrl } = answer.json as { authorizeUrl: string };
    const asked = new URL(authorizeUrl).searchParams;
    const state = asked.get('state') ?? '';
    challenges.set(state, asked.get('code_challenge'));
    return { authorizeUrl, state };
  };
  const challenges = new Map<string, string | null>();
  /** The Super Admin of an organization allows it; what Lever puts into the way back. */
  const allow = (state: string, organizationId = 'org-a', scope: string = scopes.join(' ')) => {
    const { clientId } = SANDBOX_LEVER_APP;
    const grant = { organizationId, userId: `admin-of-${organizationId}`, clientId, scope, redirectUri: callbackUrl };
    return { state, code: lever.tokens.issueCode({ ...grant, codeChallenge: challenges.get(state) ?? null }) };
  };
  const returnFromLever = async (browser: Browser, query: Record<string, string>) => {
    const answer = await visit(finishAuthorization, browser, { query });
    return 'location' in answer ? answer.location : answer;
  };
  return {
    lever,
    table,
    accounts,
    credentials,
    webhookSecrets,
    activities,
    ports,
    requests,
    log,
    /** The log's lines in full. */
    lines,
    now,
    visit,
    openBrowser,
    begin,
    allow,
    returnFromLever,
    /** What Lever was told of the proof key of this authorization. */
    challengeOf: (state: string) => challenges.get(state) ?? null,
    /** All of it, from the button to the settings page. */
    connect: async (browser: Browser, organizationId = 'org-a') => {
      const { state } = await begin(browser);
      return returnFromLever(browser, allow(state, organizationId));
    },
    showReplacement: (browser: Browser) => visit(leverRoutes['GET /api/lever/replace'], browser),
    replace: (browser: Browser, body: unknown) => visit(leverRoutes['POST /api/lever/replace'], browser, { body }),
    disconnect: (browser: Browser) => visit(leverRoutes['POST /api/lever/disconnect'], browser),
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
        [...table.items.values()].filter(
          ({ pk, sk }) => /^(ACCOUNT|WEBHOOK)#/u.test(pk) && !sk.startsWith('ACTIVITY#') && sk !== 'REQUESTS',
        ),
        ['org-a', 'org-b'].map((id) => lever.recruiter(id).organization.webhooks),
      ]),
  };
};
