import { randomUUID } from 'node:crypto';
import { maintainAccount } from '#functions/account-maintenance/maintain-account.ts';
import { processOpportunity } from '#functions/check-worker/process-opportunity.ts';
import { syncLever } from '#functions/lever-update/sync-lever.ts';
import { acceptCallback } from '#functions/status-callback/accept-callback.ts';
import { sweep } from '#functions/sweep/sweep.ts';
import { acceptWebhook } from '#functions/webhook-verify/accept-webhook.ts';
import { createLeverModel, SANDBOX_LEVER_APP } from '#infra/local/sandbox/lever-model.ts';
import type { Delivery, Outbox } from '#infra/local/sandbox/outbox.ts';
import { createTurnModel } from '#infra/local/sandbox/turn-model.ts';
import { createApp } from '#shared/app.ts';
import { type Account, newAccount, withConnectionState } from '#shared/domain/account.ts';
import { withNewCallbackKey } from '#shared/domain/callback-keys.ts';
import type { OpportunityRecord } from '#shared/domain/opportunity-record.ts';
import type { AccountItem, WorkItem } from '#shared/domain/work-item.ts';
import type { Incoming } from '#shared/edge/http-handler.ts';
import { parseJson } from '#shared/http/parse-json.ts';
import {
  assertInTime,
  type HttpAnswer,
  type HttpRequest,
  NetworkError,
  type SendRequest,
} from '#shared/http/send-request.ts';
import type { LogFields } from '#shared/observability/emit.ts';
import type { EventCode } from '#shared/observability/events.ts';
import { noCredentials } from '#shared/stores/credential-store.ts';
import type { FieldCipher } from '#shared/stores/field-cipher.ts';
import { noWebhookSecrets } from '#shared/stores/webhook-secret-store.ts';
import { callbackPathOf } from '#shared/turn/callback.ts';
import { connectVendors } from '#shared/vendors.ts';
import { createMemoryTable } from './memory-table.ts';
import { plainCipher } from './plain-cipher.ts';
import { seededRandom } from './seeded-random.ts';

const callbackSecret = 'callback-secret-of-the-fake-world';
const api = 'https://api.example';
const leverUrl = 'https://lever.example';
const stages = [
  { id: 'applicant-new', text: 'New applicant' },
  { id: '7d1f0c5e-0000-4000-8000-000000000001', text: 'On-site interview' },
  { id: '7d1f0c5e-0000-4000-8000-000000000002', text: 'Reference check' },
  { id: 'offer', text: 'Offer' },
];

/** The shipped use cases on virtual time, with the sandboxes' models of Lever and Turn: one account, no sockets, no AWS. */
export const createWorld = async (
  options: {
    seed?: number;
    settings?: Partial<Account>;
    readDelayMs?: number;
    /** For how long a callback waits for others. The queues of this world hold nothing back: those that come at once count as one. */
    gatherMs?: number;
    /** Called with each request to Lever or Turn before it is sent. */
    beforeSend?: (request: HttpRequest) => void;
    /** What Lever or Turn answers instead of what the sandbox would have answered. */
    changeAnswer?: (answer: HttpAnswer, request: HttpRequest) => HttpAnswer;
    /** What secrets are encrypted with, where they are to be hidden. */
    cipher?: FieldCipher;
    webhookCipher?: FieldCipher;
  } = {},
) => {
  const random = seededRandom(options.seed ?? 1);
  let time = Date.parse('2026-03-02T09:00:00Z');
  const now = (): number => time;
  const sleep = async (ms: number): Promise<void> => {
    time += ms;
  };
  const accountId = 'acct_brightwater';
  const signatureToken = 'a1'.repeat(24);
  const account: Account = {
    ...withNewCallbackKey(newAccount(accountId, 'Brightwater'), time),
    ...options.settings,
  };

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
    webhookUrl: `${api}${callbackPathOf(callbackSecret, account)}`,
    teamMemberEmail: 'team@brightwater.example',
  });
  recruiter.setWebhook({ url: `${api}/lever/${accountId}/webhook`, event: 'candidateStageChange', signatureToken });
  const webhook = recruiter.setWebhook({
    url: `${api}/lever/${accountId}/webhook`,
    event: 'candidateDeleted',
    signatureToken,
  });
  // Its id is not drawn by lot, so that the journeys' ids stay as they were.
  recruiter.organization.webhooks.push({ ...webhook, id: 'archive-changes', event: 'candidateArchiveChange' });

  const log: { code: EventCode; fields: LogFields }[] = [];
  const send: SendRequest = async (request) => {
    const { method, url, headers, body } = request;
    options.beforeSend?.(request);
    assertInTime(request, time);
    const model = url.hostname === 'lever.example' ? lever : turn;
    const outcome = model.handle({
      method,
      path: url.pathname,
      query: url.searchParams,
      authorization: headers['authorization'],
      body: body === null ? undefined : (parseJson(body) ?? Object.fromEntries(new URLSearchParams(body))),
    });
    if (outcome.kind !== 'answer') throw new NetworkError(outcome.kind === 'silence' ? 'timeout' : 'ECONNRESET');
    const answer = { status: outcome.status, headers: {}, body: outcome.html ?? JSON.stringify(outcome.body ?? null) };
    return options.changeAnswer?.(answer, request) ?? answer;
  };
  const table = createMemoryTable();
  let idCount = 0;
  const queues: { decision: WorkItem[]; sync: WorkItem[]; maintenance: AccountItem[] } = {
    decision: [],
    sync: [],
    maintenance: [],
  };
  /** How many messages were taken from each queue, and from which nobody takes any. */
  const taken = { decision: 0, sync: 0, maintenance: 0 };
  const stopped = new Set<keyof typeof queues>();
  const app = createApp(
    {
      now,
      sleep,
      random,
      newId: () => {
        idCount += 1;
        return `00000000-0000-4000-8000-${String(idCount).padStart(12, '0')}`;
      },
      newSecret: randomUUID,
      table,
      cipher: options.cipher ?? plainCipher,
      webhookCipher: options.webhookCipher ?? plainCipher,
      send,
      secret: async (name) => (name === 'callbackKey' ? callbackSecret : JSON.stringify(SANDBOX_LEVER_APP)),
      queues: {
        decision: async (item) => void queues.decision.push(item),
        sync: async (item) => void queues.sync.push(item),
        maintenance: async (item) => void queues.maintenance.push(item),
      },
      ownQueue: {
        changeVisibility: async () => {},
        sendToDeadLetters: async () => {},
      },
      log: (code, fields) => void log.push({ code, fields }),
      config: {
        publicUrl: api,
        leverApiUrl: leverUrl,
        leverAuthUrl: leverUrl,
        userAgent: 'lever-turn-background-checks/test',
        turnApiUrl: 'https://turn.example',
        turnDashboardHosts: ['partners.turn.ai'],
        mailSender: 'notices@turn.example',
        defaultHourlyCap: null,
        retryPolicy: {
          orderVisibilityMs: 120_000,
          retryFirstMs: 60_000,
          retryLongestMs: 21_600_000,
          pollIntervalMs: 21_600_000,
        },
        redeliveryMs: 300_000,
        gatherMs: options.gatherMs ?? 0,
        maintenanceMs: 3_600_000,
        claimNames: { account: 'account_id', role: 'role', superAdminRole: 'super_admin', memberRoles: ['member'] },
      },
    },
    connectVendors,
  );
  const { ports } = app;
  const { accounts, credentials, webhookSecrets, records } = ports;
  await credentials.update(accountId, () => ({
    ...noCredentials,
    turnToken: 'turn-token',
    tokens: connect(),
  }));
  await webhookSecrets.update(accountId, () => ({
    ...noWebhookSecrets,
    webhookSecrets: [{ secret: signatureToken, validUntil: null, event: null }],
  }));
  await accounts.create(withConnectionState(account, 'connected', time));

  const processing = app.withRetries('decision', processOpportunity);
  const syncing = app.withRetries('sync', syncLever);
  const process = (item: WorkItem): Promise<void> => processing(item, { canRedeliver: false });
  const sync = (item: WorkItem): Promise<void> => syncing(item, { canRedeliver: false });

  const receive = async ({ url, body }: Pick<Delivery, 'url' | 'body'>): Promise<number> => {
    const { pathname, searchParams } = new URL(url);
    const [, vendor, account, key] = pathname.split('/').map(decodeURIComponent);
    const incoming: Incoming = {
      routeKey: '',
      path: { account, key },
      query: Object.fromEntries(searchParams),
      headers: {},
      cookies: {},
      claims: {},
      body,
      bodyBytes: body.length,
    };
    const answer = await (vendor === 'lever' ? acceptWebhook : acceptCallback)(incoming, ports);
    return answer.status;
  };
  const carry = async (outbox: Outbox): Promise<boolean> => {
    const due = outbox.takeDue();
    for (const delivery of due) outbox.settle(delivery.id, await receive(delivery));
    return due.length > 0;
  };
  /** The sweep, and the maintenance of the accounts that it finds to be due; all other work waits in its queue. */
  const sweepAndMaintain = async (): Promise<void> => {
    await sweep(ports);
    if (stopped.has('maintenance')) return;
    for (const { accountId: due } of queues.maintenance.splice(0)) {
      taken.maintenance += 1;
      await maintainAccount(due, ports);
    }
  };
  /** Everything that can happen now, until nothing more does. */
  const settle = async (): Promise<void> => {
    for (let busy = true; busy; ) {
      busy = (await carry(lever.outbox)) || (await carry(turn.outbox));
      for (const [name, work] of [
        ['decision', process],
        ['sync', sync],
      ] as const) {
        const item = stopped.has(name) ? undefined : queues[name].shift();
        if (item !== undefined) {
          taken[name] += 1;
          busy = true;
          await work(item);
        }
      }
    }
  };
  return {
    accountId,
    recruiter,
    lever,
    turn,
    table,
    accounts,
    credentials,
    webhookSecrets,
    records,
    heartbeats: ports.heartbeats,
    activities: ports.activities,
    queues,
    taken,
    /** From now on nobody takes a message from this queue. */
    stopConsuming: (name: keyof typeof queues) => void stopped.add(name),
    log,
    ports,
    now,
    signatureToken,
    receive,
    settle,
    process,
    sync,
    sweep: sweepAndMaintain,
    recordOf: async (opportunityId: string): Promise<OpportunityRecord> =>
      (await records.load(accountId, opportunityId)).record,
    /** Puts a record into the table as a test wants it. */
    changeRecord: (opportunityId: string, change: (record: OpportunityRecord) => OpportunityRecord) =>
      records.apply({ accountId, opportunityId }, (record) => ({ record: change(record), effects: [] })),
    /** As *Authorize Lever* leaves the account: its webhooks are ours to keep. `maintenanceAt`: when it is due next, if that changes. */
    authorize: (authorizedAt = now(), maintenanceAt?: number) => {
      const connection = { leverAccountId: 'org', leverUserId: 'admin', authorizedBy: 'user-1', warnedAtDays: null };
      const change = (account: Account): Account => ({ ...account, connection: { ...connection, authorizedAt } });
      return accounts.update(accountId, change, maintenanceAt);
    },
    /** The Super Admin grants access once more. */
    reconnect: async (): Promise<void> => {
      const tokens = connect();
      await credentials.update(accountId, (before) => ({ ...before, tokens, refreshingUntil: null }));
      await accounts.update(accountId, (account) => withConnectionState(account, 'connected', time), time);
    },
    passTime: (seconds: number): void => {
      time += seconds * 1000;
    },
    /** Lets time pass, with the sweep every minute of it (or as seldom as said). */
    wait: async (seconds: number, everySeconds = 60): Promise<void> => {
      for (const until = time + seconds * 1000; time < until; ) {
        time = Math.min(until, time + everySeconds * 1000);
        await sweepAndMaintain();
        await settle();
      }
    },
  };
};
