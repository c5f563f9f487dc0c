import { createLeverModel, type LeverModel, SANDBOX_LEVER_APP } from '#infra/local/sandbox/lever-model.ts';
import type { OddShape } from '#infra/local/sandbox/lever-odd-shapes.ts';
import type { LeverOpportunity, LeverOrganization } from '#infra/local/sandbox/lever-records.ts';
import type { LeverRecruiter } from '#infra/local/sandbox/lever-recruiter.ts';
import { createTurnModel, type NotFoundAnswer, type TurnModel } from '#infra/local/sandbox/turn-model.ts';
import type { TurnPartner } from '#infra/local/sandbox/turn-records.ts';
import { registerWebhooks, retireWebhooks } from '#shared/accounts/register-webhooks.ts';
import { type Account, newAccount, type TokenSet, withConnectionState } from '#shared/domain/account.ts';
import { withNewCallbackKey } from '#shared/domain/callback-keys.ts';
import { mainWebhookEvent } from '#shared/domain/ids.ts';
import { parseJson } from '#shared/http/parse-json.ts';
import { NetworkError } from '#shared/http/send-request.ts';
import { regionInMemory } from '#shared/lever/lever-region.ts';
import { createLeverWebhooks } from '#shared/lever/lever-webhooks.ts';
import { createAccountStore } from '#shared/stores/account-store.ts';
import { createCredentialStore } from '#shared/stores/credential-store.ts';
import type { FieldCipher } from '#shared/stores/field-cipher.ts';
import { createPackageStore } from '#shared/stores/package-store.ts';
import type { Table } from '#shared/stores/table.ts';
import { createWebhookSecretStore, noWebhookSecrets, type WebhookSecret } from '#shared/stores/webhook-secret-store.ts';
import { rotateWebhookSecret } from '#shared/stores/webhook-secrets.ts';
import { callbackPathOf } from '#shared/turn/callback.ts';
import { callbackSecret, publicApi } from './functions.ts';
import { leverHost } from './vendors.ts';

export const triggerStage = 'Reference check';
/** Where candidates go after a check, for accounts that want it; the first may become a stage that starts checks. */
export const targetStages = { clear: 'Offer', consider: 'On-site interview' } as const;
export const stageTexts = ['New applicant', 'On-site interview', triggerStage, 'Offer'] as const;
export const packages = { standard: 'P0000000001', driver: 'P0000000002', unknown: 'P9999999999' } as const;

/** What tags and accounts call the packages. */
export const packageNames: Readonly<Record<string, readonly string[]>> = {
  [packages.standard]: ['Standard'],
  [packages.driver]: ['Driver', 'Driver: 7 years'],
  [packages.unknown]: ['Gone'],
};

/** What candidates carry before anything happens. */
const tagsBefore: readonly (readonly string[])[] = [
  [],
  [],
  [],
  [],
  ['Full-time', 'TurnPackge:P1'],
  [`TurnPackage:${packages.driver}:Driver`],
  [`TurnPackage:${packages.unknown}:Gone`],
  [`TurnPackage:${packages.standard}`, `TurnPackage:${packages.driver}`],
];

const scope = [
  'offline_access',
  'opportunities:write:admin',
  'notes:write:admin',
  'stages:read:admin',
  'webhooks:write:admin',
  'confidential:access:admin',
].join(' ');

const oddShapes: readonly OddShape[] = [
  'a stage change without a stage',
  'a stage change without a time',
  'a phone that is text',
  'a phone that is a number',
  'an e-mail that is an object',
  'a tag that is an object',
  'empty rows everywhere',
  'times as text',
  'no time of the last move',
];

/** The one phone number that Turn may be given; whom any other belongs to, nobody knows. */
export const goodPhone = '3125550171';
/** What candidates have for phones, one after the other: none, one that Turn refuses, a foreign one before a good one with an extension, a good one. */
const phonesOf = (n: number): { type: string; value: string }[] =>
  [
    [],
    [{ type: 'mobile', value: '876-555-0171' }],
    [
      { type: 'mobile', value: '+49 312 555 0199' },
      { type: 'home', value: '(312) 555-0171 x4' },
    ],
    [{ type: 'mobile', value: '312-555-0171' }],
  ][n % 4] ?? [];

/** Words that occur in nothing but personal data and secrets: wherever they turn up, something leaks. */
export const privateWords = /quillfeather|people\.example|31255501|87655501|turn-token-of|eyJhbGci|signature-of/iu;

/** A webhook secret, or the path of a callback address, that was replaced at a time. */
export type Ended = { readonly kind: 'secret' | 'path'; readonly value: string; readonly at: number };

/** A customer: its organization at Lever, its partner at Turn, its account here. */
export type Customer = {
  readonly accountId: string;
  readonly recruiter: LeverRecruiter;
  readonly partner: TurnPartner;
  readonly opportunities: string[];
  /** Finds an opportunity, deleted or not. */
  find(opportunityId: string): LeverOpportunity | undefined;
  /** The Super Admin grants access; the grant is saved when this resolves. */
  connect(): Promise<void>;
  /** Revoked in Lever. */
  revoke(): void;
  /** The secret of the webhook of moves as Lever has it from now on; that of deletions is another. */
  signWith(signatureToken: string): void;
  /** The Super Admin saves the secret; the one before stays good for two weeks. */
  saveSecret(signatureToken: string): Promise<void>;
  /** The operator makes a new callback key, and sets the address at Turn some time later. */
  rotateCallbackKey(setAtTurn: (set: () => void) => void): Promise<void>;
  /** What was replaced, in the order in which it was. */
  readonly ended: readonly Ended[];
  change(settings: (account: Account) => Partial<Account>): Promise<void>;
  account(): Promise<Account>;
};

export type Models = { readonly lever: LeverModel; readonly turn: TurnModel };

export const createModels = (
  now: () => number,
  random: () => number,
  readDelayMs: number,
  notFound: NotFoundAnswer = '422',
): Models => ({
  lever: createLeverModel({ now, random }),
  turn: createTurnModel({ now, random, readDelayMs, notFound }),
});

/** A secret of the shape that Lever's have. */
export const hexSecret = (random: () => number): string =>
  Array.from({ length: 6 }, () =>
    Math.floor(random() * 0x1_0000_0000)
      .toString(16)
      .padStart(8, '0'),
  ).join('');

/** Another opportunity of the same person. */
const sameAs = (first: LeverOpportunity, { contacts }: LeverOrganization) => {
  const { name = '', emails = [], phones = [] } = contacts.get(first.contactId) ?? {};
  return { contactId: first.contactId, confidentiality: first.confidentiality, name, emails, phones };
};

type NewOpportunity = Parameters<LeverRecruiter['addOpportunity']>[0];

/** Somebody else, somebody who was merged with the first by mistake, or the first once more, alike or not. */
const otherOf = (
  first: LeverOpportunity,
  own: NewOpportunity,
  organization: LeverOrganization,
  random: () => number,
): NewOpportunity => {
  if (random() < 0.15) return own;
  const same = sameAs(first, organization);
  if (random() < 0.2) return { ...own, ...same, name: own.name, emails: own.emails ?? [], phones: own.phones ?? [] };
  const alike = random() < 0.8 ? {} : { confidentiality: own.confidentiality ?? first.confidentiality };
  return { ...same, ...alike, tags: random() < 0.8 ? [...first.tags] : (own.tags ?? []) };
};

/** Who an opportunity shows. */
export const personOf = ({ recruiter }: Customer, { shown, contactId }: LeverOpportunity) => {
  const contact = recruiter.organization.contacts.get(contactId);
  return { name: contact?.name ?? '', emails: contact?.emails ?? [], phones: contact?.phones ?? [], ...shown };
};

/** Are these opportunities of one person, as Lever shows them, so that one check must do for both? */
export const isOnePerson = (customer: Customer, one: LeverOpportunity, other: LeverOpportunity): boolean => {
  const [person, stranger] = [personOf(customer, one), personOf(customer, other)];
  const isAlike = one.contactId === other.contactId && one.confidentiality === other.confidentiality;
  const isNamed = person.name !== '' && person.name === stranger.name;
  return isAlike && (isNamed || person.emails.some((email) => stranger.emails.includes(email)));
};

/** Has it been in the stage for a day. */
const standBefore = ({ opportunities, stages }: LeverOrganization, id: string, now: number): void => {
  const found = opportunities.get(id);
  const toStageIndex = stages.findIndex(({ text }) => text === triggerStage);
  const toStageId = stages[toStageIndex]?.id;
  if (found === undefined || toStageId === undefined) return;
  const updatedAt = now - 25 * 3_600_000;
  const before = found.stageChanges.map((change) => ({ ...change, updatedAt: updatedAt - 3_600_000 }));
  const stageChanges = [...before, { toStageId, toStageIndex, updatedAt }];
  Object.assign(found, { stageId: toStageId, stageChanges, lastAdvancedAt: updatedAt });
};

/** A connected customer with some candidates, its account saved straight into the table. */
export const createCustomer = async (options: {
  number: number;
  people: number;
  models: Models;
  table: Table;
  cipher: FieldCipher;
  now: () => number;
  random: () => number;
  settings: Partial<Account>;
  /** Some of the candidates are confidential or carry tags already. */
  isVaried: boolean;
  /** Most of the candidates are one person, or were merged into one. */
  isShared: boolean;
  /** So many of them were in the stage before the account's start. */
  stoodBefore?: number;
}): Promise<Customer> => {
  const { number, models, now, random } = options;
  const { lever, turn } = models;
  const [accountId, organizationId] = [`acct_${number}`, `org_${number}`];
  const stages = stageTexts.map((text, n) => ({ id: n === 0 ? 'applicant-new' : `stage-${number}-${n}`, text }));
  const recruiter = lever.addOrganization({ id: organizationId, name: `Customer ${number}`, stages, users: [] });
  const { organization } = recruiter;
  const fresh = withNewCallbackKey(newAccount(accountId, `Customer ${number}`), now());
  const partner = turn.addPartner({
    id: `partner_${number}`,
    name: `Customer ${number}`,
    token: `turn-token-of-${number}`,
    packageIds: [packages.standard, packages.driver],
    defaultPackageId: packages.standard,
    webhookUrl: `${publicApi}${callbackPathOf(callbackSecret, fresh)}`,
    teamMemberEmail: 'team@partner.example',
  });
  const url = `${publicApi}/lever/${accountId}/webhook`;
  const signatureToken = hexSecret(random);
  recruiter.setWebhook({ url, event: 'candidateStageChange', signatureToken });
  const deletionToken = [...signatureToken].toReversed().join('');
  recruiter.setWebhook({ url, event: 'candidateDeleted', signatureToken: deletionToken });
  const archiveToken = `${signatureToken.slice(1)}${signatureToken.slice(0, 1)}`;
  recruiter.setWebhook({ url, event: 'candidateArchiveChange', signatureToken: archiveToken });

  const accounts = createAccountStore(options.table, { now });
  const credentials = createCredentialStore(options.table, options.cipher);
  const webhookSecrets = createWebhookSecretStore(options.table, options.cipher);
  const grantNow = (): TokenSet =>
    lever.tokens.connect({ organizationId, userId: 'admin', clientId: SANDBOX_LEVER_APP.clientId, scope });
  await credentials.update(accountId, () => ({
    turnToken: partner.token,
    tokens: grantNow(),
    refreshingUntil: null,
  }));
  await webhookSecrets.update(accountId, () => ({
    ...noWebhookSecrets,
    webhookSecrets: [
      { secret: signatureToken, validUntil: null, event: null },
      { secret: deletionToken, validUntil: null, event: 'candidateDeleted' },
      { secret: archiveToken, validUntil: null, event: 'candidateArchiveChange' },
    ],
  }));
  // Only some accounts have names for their packages.
  if (number % 2 === 1) {
    await createPackageStore(options.table).update(accountId, (list) => ({
      ...list,
      entered: [
        { id: packages.driver, name: 'Driver' },
        { id: packages.standard, name: 'Standard' },
      ],
    }));
  }
  await accounts.create(
    // Connected an hour ago: who entered a stage before the connection does not count, by whatever clock.
    withConnectionState({ ...fresh, ...options.settings }, 'connected', now() - 3_600_000),
  );
  const ended: Ended[] = [];
  const end = (kind: Ended['kind'], values: readonly string[]): void =>
    void ended.push(...values.map((value) => ({ kind, value, at: now() })));
  const opportunities = Array.from({ length: options.people }, (_, n) => {
    const email = `person${n}@customer${number}.people.example`;
    // Turn takes no accents in an address.
    const emails = n % 3 === 2 ? [`pérson${n}@customer${number}.people.example`, email] : [email];
    const one = { name: `Person${n} Quillfeather`, emails, phones: phonesOf(n) };
    const [first] = organization.opportunities.values();
    const isAgain = options.isShared && first !== undefined;
    if (!options.isVaried) return recruiter.addOpportunity(isAgain ? sameAs(first, organization) : one).id;
    const confidentiality: LeverOpportunity['confidentiality'] = random() < 0.2 ? 'confidential' : 'non-confidential';
    const tags = tagsBefore[Math.floor(random() * tagsBefore.length)] ?? [];
    const own = { ...one, confidentiality, tags: [...tags] } satisfies NewOpportunity;
    const { id } = recruiter.addOpportunity(isAgain ? otherOf(first, own, organization, random) : own);
    // Shown oddly, in ways that change nothing of what a check needs.
    recruiter.spoil(id, oddShapes[Math.floor(random() * 4 * oddShapes.length)] ?? null);
    return id;
  });
  for (const id of opportunities.slice(0, options.stoodBefore ?? 0)) standBefore(organization, id, now());
  return {
    accountId,
    recruiter,
    partner,
    opportunities,
    find: (id) => organization.opportunities.get(id) ?? organization.deleted.find((gone) => gone.id === id),
    async connect() {
      const tokens = grantNow();
      await credentials.update(accountId, (before) => ({ ...before, tokens, refreshingUntil: null }));
      // As connect-account.ts has it: what we registered before gets tokens of its own anew.
      const { before: held } = await webhookSecrets.update(accountId, (before) => ({
        ...before,
        webhooks: retireWebhooks(before.webhooks, now()),
      }));
      end('secret', isCurrent(held.webhooks));
      const leverWebhooks = webhooksIn(lever, tokens.accessToken);
      if (held.webhooks.length > 0)
        await registerWebhooks(accountId, { lever: leverWebhooks, webhookSecrets, webhookUrl: url });
      const isLapsed = (await accounts.find(accountId))?.connectionState !== 'connected';
      const authorized = { authorizedAt: now(), authorizedBy: 'admin', warnedAtDays: null };
      const connection = { leverAccountId: null, leverUserId: null, ...authorized };
      await accounts.update(
        accountId,
        (account) => ({ ...withConnectionState(account, 'connected', now()), connection }),
        // One that was connected all along must not be looked after because of it: that would be a net.
        isLapsed ? now() : undefined,
      );
    },
    revoke: () => lever.tokens.revoke(organizationId),
    signWith: (token) => {
      for (const webhook of organization.webhooks)
        if (webhook.event === 'candidateStageChange') webhook.signatureToken = token;
    },
    async saveSecret(secret) {
      const { before } = await webhookSecrets.update(accountId, (held) => rotateWebhookSecret(held, secret, now()));
      end(
        'secret',
        isCurrent(before.webhookSecrets.filter(({ event }) => (event ?? mainWebhookEvent) === mainWebhookEvent)),
      );
    },
    ended,
    async rotateCallbackKey(setAtTurn) {
      const update = await accounts.update(accountId, (account) => withNewCallbackKey(account, now()));
      if (update === null) return;
      end('path', [callbackPathOf(callbackSecret, update.before)]);
      setAtTurn(() => {
        partner.webhookUrl = `${publicApi}${callbackPathOf(callbackSecret, update.after)}`;
      });
    },
    async change(settings) {
      await accounts.update(accountId, (account) => ({ ...account, ...settings(account) }));
    },
    async account() {
      const account = await accounts.find(accountId);
      if (account === null) throw new Error(`No account ${accountId}.`);
      return account;
    },
  };
};

const isCurrent = (secrets: readonly WebhookSecret[]): string[] =>
  secrets.filter(({ validUntil }) => validUntil === null).map(({ secret }) => secret);

/** Lever's webhooks by an access, for somebody to whom nothing happens. */
const webhooksIn = (lever: LeverModel, accessToken: string) =>
  createLeverWebhooks({
    apiUrl: `https://${leverHost}`,
    accessToken: async () => accessToken,
    acquire: async () => {},
    deadline: null,
    prepaid: 0,
    region: regionInMemory(),
    onDropped: async () => {},
    send: async ({ method, url, headers, body }) => {
      const { authorization } = headers;
      const request = { method, path: url.pathname, query: url.searchParams, authorization };
      const outcome = lever.handle({ ...request, body: body === null ? undefined : parseJson(body) });
      if (outcome.kind !== 'answer') throw new NetworkError('timeout');
      return { status: outcome.status, headers: {}, body: JSON.stringify(outcome.body ?? null) };
    },
  });

/** A cipher that seals at once: what it gives out holds nothing of the secret. Sealing itself has tests of its own. */
export const createQuickCipher = (): FieldCipher => {
  const sealed = new Map<string, { context: string; secret: string }>();
  const known = new Map<string, string>();
  return {
    encrypt: async (context, secret) => {
      const name = known.get(`${context} ${secret}`) ?? `sealed-${sealed.size}`;
      known.set(`${context} ${secret}`, name);
      sealed.set(name, { context, secret });
      return name;
    },
    decrypt: async (context, name) => {
      const found = sealed.get(name);
      if (found?.context !== context) throw new Error('A sealed secret was found in a place that is not its own.');
      return found.secret;
    },
    isCurrent: async () => true,
  };
};
