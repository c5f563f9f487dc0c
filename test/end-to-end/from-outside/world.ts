import { createHmac, randomBytes, randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { type Candidate, STAGES, startLittleLever, type Tenant } from './little-lever.ts';
import { type LittleTurn, type Order, startLittleTurn } from './little-turn.ts';
import { type Answered, post } from './plain-http.ts';
import { type StartedSystem, startSystem, until } from './started-system.ts';

export const TRIGGER = 'Reference check';

export type AccountWish = {
  accountId: string;
  defaultPackageId?: string | null;
  withoutSecret?: boolean;
  tokenExpired?: boolean;
  secret?: string;
  triggerStage?: string;
};

export type Delivery = { triggeredAt: number; event: string; data: object; signature: string; token: string };

/** One customer of both vendors, and what its recruiter does. */
export type Customer = {
  accountId: string;
  secret: string;
  tenant: Tenant;
  leverWebhookUrl: string;
  turnCallbackUrl: string;
  /** A candidate in the first stage. Names, e-mails and phones are remembered for the search for leaks. */
  add(candidate: {
    name: string;
    emails?: string[];
    phones?: string[];
    tags?: string[];
    contactId?: string;
    odd?: Record<string, unknown>;
    unlisted?: boolean;
  }): Candidate;
  /** Moves the candidate in Lever and returns the delivery that Lever would send, not sent. */
  move(candidate: Candidate, stage: string): Delivery;
  /** A delivery signed with the account's secret. */
  sign(data: object, options?: { triggeredAt?: number; token?: string; event?: string }): Delivery;
  deliver(delivery: unknown): Promise<Answered>;
  orders(candidate: Candidate): Order[];
  statusTags(candidate: Candidate): string[];
  notes(candidate: Candidate): string[];
};

export type World = {
  turn: LittleTurn;
  system: StartedSystem;
  customers: Customer[];
  leaks(): string[];
  stop(): Promise<void>;
};

export const signatureOf = (secret: string, token: string, triggeredAt: number | string): string =>
  createHmac('sha256', secret)
    .update(token + String(triggeredAt))
    .digest('hex');

const secretText = (what: string): string => `${what}-${randomBytes(18).toString('hex')}`;

/** Both little vendors, an accounts file, and the system started on them, ready within a time. */
export const startWorld = async (
  wishes: AccountWish[],
  environment: Record<string, string> = {},
  readyWithinMs?: number,
): Promise<World> => {
  const private_: string[] = [];
  const seeds = wishes.map((wish) => ({
    accountId: wish.accountId,
    name: `Customer ${wish.accountId}`,
    turnApiToken: secretText('turn-jwt'),
    defaultPackageId: wish.defaultPackageId ?? null,
    triggerStages: [wish.triggerStage ?? 'Reference Check'],
    webhookSecret: wish.withoutSecret ? null : (wish.secret ?? randomBytes(24).toString('hex')),
    lever: {
      accessToken: secretText('access'),
      refreshToken: secretText('refresh'),
      expiresAt: new Date(Date.now() + (wish.tokenExpired ? -60_000 : 3_600_000)).toISOString(),
    },
  }));
  const tenants = seeds.map(({ lever }, index): Tenant => {
    const accessToken = wishes[index]?.tokenExpired ? 'an access token that died' : lever.accessToken;
    const nothing = {
      refreshes: 0,
      candidates: new Map(),
      notes: [],
      calls: [],
      bucket: { level: 0, at: 0 },
      agents: new Set<string>(),
    };
    return { accessToken, refreshToken: lever.refreshToken, ...nothing };
  });
  for (const { turnApiToken, webhookSecret, lever } of seeds)
    private_.push(turnApiToken, lever.accessToken, lever.refreshToken, ...(webhookSecret ? [webhookSecret] : []));

  const lever = await startLittleLever(tenants);
  const turn = await startLittleTurn();
  const folder = mkdtempSync(path.join(tmpdir(), 'from-outside-'));
  const accountsFile = path.join(folder, 'accounts.json');
  writeFileSync(accountsFile, JSON.stringify(seeds));
  const system = await startSystem(
    {
      LEVER_API_URL: `${lever.origin}/v1`,
      LEVER_AUTH_URL: lever.origin,
      TURN_API_URL: `${turn.origin}/v1`,
      ACCOUNTS_FILE: accountsFile,
      TIME_SCALE: '60',
      ...environment,
    },
    readyWithinMs,
  );

  const customers = seeds.map(({ accountId, webhookSecret, turnApiToken }, index): Customer => {
    const tenant = tenants[index] as Tenant;
    const ready = system.ready.accounts.find((account) => account.accountId === accountId);
    if (!ready) throw new Error(`The ready line has no account ${accountId}.`);
    turn.webhookUrls.set(turnApiToken, ready.turnCallbackUrl);
    const secret = webhookSecret ?? randomBytes(24).toString('hex');
    const customer: Customer = {
      accountId,
      secret,
      tenant,
      leverWebhookUrl: ready.leverWebhookUrl,
      turnCallbackUrl: ready.turnCallbackUrl,
      add: ({ name, emails = [], phones = [], tags = [], contactId = randomUUID(), odd = {}, unlisted = false }) => {
        private_.push(...name.split(' ').filter((word) => word.length > 4), ...emails, ...phones);
        const [id, createdAt] = [randomUUID(), Date.now() - 86_400_000];
        const candidate: Candidate = {
          id,
          contactId,
          name,
          emails,
          tags,
          createdAt,
          stage: 'applicant-new',
          archived: null,
          phones: phones.map((value) => ({ type: 'mobile', value })),
          stageChanges: [{ toStageId: 'applicant-new', toStageIndex: 1, updatedAt: createdAt }],
          odd,
          unlisted,
        };
        tenant.candidates.set(id, candidate);
        return candidate;
      },
      move: (candidate, stage) => {
        const toStageIndex = STAGES.findIndex(({ text }) => text === stage);
        const toStageId = STAGES[toStageIndex]?.id ?? '';
        const [fromStageId, opportunityId] = [candidate.stage, candidate.id];
        candidate.stage = toStageId;
        candidate.stageChanges.push({ toStageId, toStageIndex, updatedAt: Date.now() });
        const { contactId } = candidate;
        return customer.sign({ opportunityId, candidateId: opportunityId, contactId, toStageId, fromStageId });
      },
      sign: (data, options = {}) => {
        const { triggeredAt = Date.now(), token = randomBytes(24).toString('hex') } = options;
        const { event = 'candidateStageChange' } = options;
        return { triggeredAt, event, data, signature: signatureOf(secret, token, triggeredAt), token };
      },
      deliver: (delivery) => post(ready.leverWebhookUrl, delivery),
      orders: ({ emails }) =>
        turn.orders.filter(({ token, body }) => token === turnApiToken && emails.includes(String(body['email']))),
      statusTags: ({ tags }) => tags.filter((tag) => tag.toLowerCase().startsWith('turnstatus')),
      notes: ({ id }) => tenant.notes.filter(({ opportunityId }) => opportunityId === id).map(({ value }) => value),
    };
    return customer;
  });

  return {
    turn,
    system,
    customers,
    leaks: () => {
      const said = `${system.stdout()}\n${system.stderr()}`.toLowerCase();
      const rotated = tenants.flatMap(({ accessToken, refreshToken }) => [accessToken, refreshToken]);
      return [...private_, ...rotated].filter((text) => said.includes(text.toLowerCase()));
    },
    stop: async () => {
      await system.stop();
      await Promise.all([lever.stop(), turn.stop()]);
      rmSync(folder, { recursive: true, force: true });
    },
  };
};

/** Moves a candidate into the trigger stage as Lever tells it, and waits for the order. */
export const startCheck = async (customer: Customer, candidate: Candidate): Promise<Order> => {
  const answered = await customer.deliver(customer.move(candidate, TRIGGER));
  if (answered.status >= 300) throw new Error(`The webhook was refused: ${answered.status} ${answered.text}`);
  await until(`an order for a candidate of ${customer.accountId}`, () => customer.orders(candidate)[0]);
  await until('the first tag', () => customer.statusTags(candidate)[0]);
  return customer.orders(candidate)[0] as Order;
};
