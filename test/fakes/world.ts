import { randomUUID } from 'node:crypto';
import { considerOpportunity } from '#functions/check-worker/consider-opportunity.ts';
import { updateLever } from '#functions/lever-update/update-lever.ts';
import { acceptCallback } from '#functions/status-callback/accept-callback.ts';
import { sweep } from '#functions/sweep/sweep.ts';
import { acceptWebhook } from '#functions/webhook-verify/accept-webhook.ts';
import { createLeverModel, SANDBOX_LEVER_APP } from '#infra/local/sandbox/lever-model.ts';
import type { Delivery, Outbox } from '#infra/local/sandbox/outbox.ts';
import { createTurnModel } from '#infra/local/sandbox/turn-model.ts';
import { type Account, newAccount, withConnection } from '#shared/domain/account.ts';
import type { Nudge } from '#shared/domain/nudge.ts';
import type { Waiting } from '#shared/domain/waiting.ts';
import { parkFailures } from '#shared/edge/park-failures.ts';
import { parseJson } from '#shared/http/parse-json.ts';
import { assertInTime, NoAnswer, type SendRequest } from '#shared/http/send-request.ts';
import { createAccessTokens } from '#shared/lever/access-tokens.ts';
import { createLever, type OpenLever } from '#shared/lever/lever-client.ts';
import { createLeverWebhooks } from '#shared/lever/lever-webhooks.ts';
import { refreshGrant } from '#shared/lever/refresh-grant.ts';
import type { LogCode, LogFields } from '#shared/observability/log-codes.ts';
import { createAccountStore } from '#shared/stores/account-store.ts';
import { createActivityStore } from '#shared/stores/activity-store.ts';
import { createCatchUpStore } from '#shared/stores/catch-up-store.ts';
import { createCredentialStore, noCredentials } from '#shared/stores/credential-store.ts';
import { createDeliveryStore } from '#shared/stores/delivery-store.ts';
import { createGrantStore } from '#shared/stores/grant-store.ts';
import { createHealthStore } from '#shared/stores/health-store.ts';
import { createHourlyOrders } from '#shared/stores/hourly-orders.ts';
import { createJournal } from '#shared/stores/journal.ts';
import type { TakeSlots } from '#shared/stores/rate-slots.ts';
import { createScreeningStore } from '#shared/stores/screening-store.ts';
import { callbackPathOf } from '#shared/turn/callback-address.ts';
import { createTurn } from '#shared/turn/turn-client.ts';
import { createMemoryTable } from './memory-table.ts';
import { plainVault } from './plain-vault.ts';
import { seededRandom } from './seeded-random.ts';

const waiting: Waiting = { settleMs: 120_000, retryFirstMs: 60_000, retryLongestMs: 21_600_000, quietMs: 21_600_000 };
const callbackSecret = 'callback-secret-of-the-fake-world';
const api = 'https://api.example';
const stages = [
  { id: 'applicant-new', text: 'New applicant' },
  { id: '7d1f0c5e-0000-4000-8000-000000000001', text: 'On-site interview' },
  { id: '7d1f0c5e-0000-4000-8000-000000000002', text: 'Reference check' },
  { id: 'offer', text: 'Offer' },
];

/** The shipped use cases on virtual time, with the sandboxes' models of Lever and Turn: one account, no sockets, no AWS. */
export const createWorld = async (
  options: { seed?: number; settings?: Partial<Account>; readDelayMs?: number } = {},
) => {
  const random = seededRandom(options.seed ?? 1);
  let time = Date.parse('2026-03-02T09:00:00Z');
  const now = (): number => time;
  const accountId = 'acct_brightwater';
  const signatureToken = 'a1'.repeat(24);

  const lever = createLeverModel({ now, random });
  const recruiter = lever.addOrganization({ id: 'org', name: 'Brightwater', stages, users: [] });
  const connect = () => {
    const scope = 'opportunities:write:admin notes:write:admin stages:read:admin tags:read:admin';
    const { clientId } = SANDBOX_LEVER_APP;
    const tokens = lever.tokens.connect({ organizationId: 'org', userId: 'admin', clientId, scope });
    return { accessToken: tokens.accessToken, refreshToken: tokens.refreshToken, expiresAt: time + 3_600_000 };
  };
  const turn = createTurnModel({ now, random, readDelayMs: options.readDelayMs ?? 0 });
  turn.addPartner({
    id: 'partner',
    name: 'Brightwater',
    token: 'turn-token',
    packageIds: ['P0000000001', 'P0000000002'],
    defaultPackageId: 'P0000000001',
    webhookUrl: `${api}${callbackPathOf(callbackSecret, accountId)}`,
    teamMemberEmail: 'team@brightwater.example',
  });
  recruiter.setWebhook({ url: `${api}/lever/${accountId}/webhook`, event: 'candidateStageChange', signatureToken });
  recruiter.setWebhook({ url: `${api}/lever/${accountId}/webhook`, event: 'candidateDeleted', signatureToken });

  const table = createMemoryTable();
  const accounts = createAccountStore(table, { now });
  const credentials = createCredentialStore(table, plainVault);
  const health = createHealthStore(table, { now });
  let activityCount = 0;
  const newActivityId = (): string => {
    activityCount += 1;
    return String(activityCount).padStart(6, '0');
  };
  const activities = createActivityStore(table, { now, newId: newActivityId });
  const screenings = createScreeningStore(table, { now, retentionDays: 730 });
  await credentials.update(accountId, () => ({
    ...noCredentials,
    turnToken: 'turn-token',
    webhookSecrets: [{ secret: signatureToken, validUntil: null }],
    grant: connect(),
  }));
  await accounts.create(
    withConnection({ ...newAccount(accountId, 'Brightwater'), ...options.settings }, 'connected', time),
  );

  const log: { code: LogCode; fields: LogFields }[] = [];
  const report = (code: LogCode, fields: LogFields): void => {
    log.push({ code, fields });
  };
  const send: SendRequest = async (request) => {
    const { method, url, headers, body } = request;
    assertInTime(request, time);
    const model = url.hostname === 'lever.example' ? lever : turn;
    const outcome = model.handle({
      method,
      path: url.pathname,
      query: url.searchParams,
      authorization: headers['authorization'],
      body: body === null ? undefined : (parseJson(body) ?? Object.fromEntries(new URLSearchParams(body))),
    });
    if (outcome.kind !== 'answer') throw new NoAnswer(outcome.kind === 'silence' ? 'timeout' : 'ECONNRESET');
    return { status: outcome.status, headers: {}, body: JSON.stringify(outcome.body ?? null) };
  };
  const sleep = async (ms: number): Promise<void> => {
    time += ms;
  };
  const accessToken = createAccessTokens({
    store: createGrantStore(credentials),
    refresh: (token, notAfter) =>
      refreshGrant({ ...SANDBOX_LEVER_APP, authUrl: 'https://lever.example', send, now }, token, notAfter),
    now,
    sleep,
  });
  // The model's own clock is not moved on by waiting workers here: each slot takes its tenth of a second.
  const takeSlots: TakeSlots = async (_accountId, _holder, count) => {
    time += 100 * count;
  };
  const leverOf: OpenLever = (_accountId, { holder, notAfter = null, prepaid = 0 }) =>
    createLever({
      ...{ notAfter, prepaid },
      apiUrl: 'https://lever.example',
      send,
      accessToken: (refused) => accessToken(accountId, refused),
      takeSlot: () => takeSlots(accountId, holder, 1),
    });
  const webhooksOf = (id: string, given: string | null) =>
    createLeverWebhooks({
      ...{ notAfter: null, prepaid: 0, apiUrl: 'https://lever.example', send },
      accessToken: async (refused) => given ?? accessToken(id, refused),
      takeSlot: () => takeSlots(id, 'webhooks', 1),
    });
  const turnOf = async () => createTurn({ apiUrl: 'https://turn.example', token: 'turn-token', send });

  const queues: { stageChanges: Nudge[]; checkUpdates: Nudge[] } = { stageChanges: [], checkUpdates: [] };
  const nudgeStageChange = async (nudge: Nudge): Promise<void> => void queues.stageChanges.push(nudge);
  const nudgeCheckUpdate = async (nudge: Nudge): Promise<void> => void queues.checkUpdates.push(nudge);
  const shared = {
    now,
    random,
    waiting,
    accounts,
    activities,
    screenings,
    leverOf,
    takeSlots,
    turnOf,
    report,
    nudgeStageChange,
    nudgeCheckUpdate,
  };
  const ports = {
    ...shared,
    newId: randomUUID,
    ...{ credentials, webhooksOf, publicUrl: api },
    ...{ health, activities, catchUps: createCatchUpStore(table) },
    journal: createJournal({ activities, health, report }),
    table,
    renudgeMs: 300_000,
    upkeepMs: 3_600_000,
    countOrder: createHourlyOrders(table, { now }),
    callbackUrlOf: async (id: string, checkId: string) =>
      `${api}${callbackPathOf(callbackSecret, id)}?check=${checkId}`,
  };
  const considering = parkFailures({
    ...shared,
    lane: 'reconsider',
    work: (nudge) => considerOpportunity(nudge, ports),
  });
  const updating = parkFailures({ ...shared, lane: 'refresh', work: (nudge) => updateLever(nudge, ports) });
  const consider = (nudge: Nudge): Promise<void> => considering(nudge, { mayComeBack: false });
  const update = (nudge: Nudge): Promise<void> => updating(nudge, { mayComeBack: false });

  const receive = async ({ url, body }: Pick<Delivery, 'url' | 'body'>): Promise<number> => {
    const { pathname, searchParams } = new URL(url);
    const [, vendor, account, key] = pathname.split('/').map(decodeURIComponent);
    const incoming = { path: { account, key }, query: Object.fromEntries(searchParams), body, bodyBytes: body.length };
    const answer =
      vendor === 'lever'
        ? await acceptWebhook(incoming, { ...ports, credentials, deliveries: createDeliveryStore(table, { now }) })
        : await acceptCallback(incoming, { ...ports, callbackSecret: async () => callbackSecret });
    return answer.status;
  };
  const carry = async (outbox: Outbox): Promise<boolean> => {
    const due = outbox.takeDue();
    for (const delivery of due) outbox.settle(delivery.id, await receive(delivery));
    return due.length > 0;
  };
  /** Everything that can happen now, until nothing more does. */
  const settle = async (): Promise<void> => {
    for (let busy = true; busy; ) {
      busy = (await carry(lever.outbox)) || (await carry(turn.outbox));
      for (const [queue, work] of [
        [queues.stageChanges, consider],
        [queues.checkUpdates, update],
      ] as const) {
        const nudge = queue.shift();
        if (nudge !== undefined) {
          busy = true;
          await work(nudge);
        }
      }
    }
  };
  return {
    ...{ accountId, recruiter, lever, turn, table, accounts, credentials, screenings, queues, log, ports, now },
    ...{ health, activities, signatureToken, receive, settle, consider, update },
    sweep: () => sweep(ports),
    /** The Super Admin grants access once more. */
    reconnect: async (): Promise<void> => {
      const grant = connect();
      await credentials.update(accountId, (before) => ({ ...before, grant, refreshingUntil: null }));
      await accounts.update(accountId, (account) => withConnection(account, 'connected', time), time);
    },
    passTime: (seconds: number): void => {
      time += seconds * 1000;
    },
    /** Lets time pass, with the sweep every minute of it (or as seldom as said). */
    wait: async (seconds: number, everySeconds = 60): Promise<void> => {
      for (const until = time + seconds * 1000; time < until; ) {
        time = Math.min(until, time + everySeconds * 1000);
        await sweep(ports);
        await settle();
      }
    },
  };
};
