import { numberOf } from '#shared/domain/ids.ts';
import type { Key } from './table.ts';

const accountPartition = (accountId: string): string => `ACCOUNT#${accountId}`;

/** What the function that takes webhooks may read and write. Its policy tells these partitions from all others by this prefix. */
export const webhookPartitionPrefix = 'WEBHOOK#';

const webhookPartition = (accountId: string): string => `${webhookPartitionPrefix}${accountId}`;

/** What the function that takes Turn's callbacks may write; its policy tells these partitions from all others by this prefix. */
export const callbackPartitionPrefix = 'CALLBACK#';

const callbackPartition = (accountId: string): string => `${callbackPartitionPrefix}${accountId}`;

/** Who changed what, which no function may change or delete: a policy tells these partitions from all others by this prefix. */
export const auditPartitionPrefix = 'AUDIT#';

const auditPartition = (accountId: string): string => `${auditPartitionPrefix}${accountId}`;

/** What operators did, where no function may write at all: likewise. Null: to all accounts, whose sign is in no account's id. */
export const operatorPartitionPrefix = 'OPERATOR#';

const operatorPartition = (accountId: string | null): string => `${operatorPartitionPrefix}${accountId ?? '*'}`;

const operatorPrefix = 'LINE#';

const personPrefix = (contactId: string): string => `PERSON#${contactId}#`;

const timeAndId = (at: number, id: string): string => `${String(at).padStart(15, '0')}#${id}`;

const storyPrefix = (opportunityId: string): string => `STORY#${opportunityId}#`;

const pressPrefix = 'PRESS#';

const turnIdPrefix = (turnId: string): string => `TURN#${turnId}#`;

const usagePrefix = (month: string): string => `USAGE#${month}#`;

/** Where each thing lies in the table. Everything of one account lies in that account's three partitions, but for what is looked up without knowing the account. */
export const keys = {
  accountPartition,
  webhookPartition,
  auditPartition,
  callbackPartition,
  account: (accountId: string): Key => ({ pk: accountPartition(accountId), sk: 'ACCOUNT' }),
  credentials: (accountId: string): Key => ({ pk: accountPartition(accountId), sk: 'CREDENTIALS' }),
  webhookSecrets: (accountId: string): Key => ({ pk: webhookPartition(accountId), sk: 'SECRETS' }),
  /** As much of the account as it takes to tell which moves matter. */
  intake: (accountId: string): Key => ({ pk: webhookPartition(accountId), sk: 'INTAKE' }),
  opportunity: (accountId: string, opportunityId: string): Key => ({
    pk: accountPartition(accountId),
    sk: `OPPORTUNITY#${opportunityId}`,
  }),
  worker: (accountId: string, workerId: string): Key => ({ pk: accountPartition(accountId), sk: `WORKER#${workerId}` }),
  /** A person of Lever and a package of Turn (null: the default): the opportunities that share a check of both. */
  person: (accountId: string, contactId: string, packageId: string | null): Key => ({
    pk: accountPartition(accountId),
    sk: `${personPrefix(contactId)}${packageId ?? 'default'}`,
  }),
  personPrefix,
  delivery: (accountId: string, signature: string): Key => ({
    pk: webhookPartition(accountId),
    sk: `DELIVERY#${signature}`,
  }),
  /** An opportunity that Turn's callbacks said has news, and from when on it is synced. */
  hint: (accountId: string, opportunityId: string): Key => ({
    pk: callbackPartition(accountId),
    sk: `HINT#${opportunityId}`,
  }),
  hourlyDeliveries: (accountId: string): Key => ({ pk: webhookPartition(accountId), sk: 'HOURLY-DELIVERIES' }),
  /** The requests of its people's in this minute. */
  requests: (accountId: string): Key => ({ pk: accountPartition(accountId), sk: 'REQUESTS' }),
  /** Those of them that are of people who may change nothing. */
  memberRequests: (accountId: string): Key => ({ pk: accountPartition(accountId), sk: 'MEMBER-REQUESTS' }),
  heartbeats: (accountId: string): Key => ({ pk: accountPartition(accountId), sk: 'HEARTBEATS' }),
  webhookHeartbeats: (accountId: string): Key => ({ pk: webhookPartition(accountId), sk: 'HEARTBEATS' }),
  /** `at` is padded, so that activities sort by time. */
  activity: (accountId: string, at: number, id: string): Key => ({
    pk: accountPartition(accountId),
    sk: `ACTIVITY#${timeAndId(at, id)}`,
  }),
  /** A line that the function wrote which takes webhooks. */
  webhookActivity: (accountId: string, at: number, id: string): Key => ({
    pk: webhookPartition(accountId),
    sk: `ACTIVITY#${timeAndId(at, id)}`,
  }),
  /** The same activity once more, where it is found by the opportunity that it is about: the time and the id lead from one to the other. */
  story: (accountId: string, opportunityId: string, at: number, id: string): Key => ({
    pk: accountPartition(accountId),
    sk: `${storyPrefix(opportunityId)}${timeAndId(at, id)}`,
  }),
  storyPrefix,
  /** An opportunity by the Turn ID of its check. */
  turnId: (accountId: string, turnId: string, opportunityId: string): Key => ({
    pk: accountPartition(accountId),
    sk: `${turnIdPrefix(turnId)}${opportunityId}`,
  }),
  turnIdPrefix,
  /** A month as `2026-11`, and a package of Turn (null: the default): how many checks were started. */
  usage: (accountId: string, month: string, packageId: string | null): Key => ({
    pk: accountPartition(accountId),
    sk: `${usagePrefix(month)}${packageId ?? 'default'}`,
  }),
  usagePrefix,
  people: (accountId: string): Key => ({ pk: accountPartition(accountId), sk: 'PEOPLE' }),
  reservation: (accountId: string, reservationId: string): Key => ({
    pk: accountPartition(accountId),
    sk: `RESERVATION#${reservationId}`,
  }),
  reconciliation: (accountId: string): Key => ({ pk: accountPartition(accountId), sk: 'RECONCILIATION' }),
  packages: (accountId: string): Key => ({ pk: accountPartition(accountId), sk: 'PACKAGES' }),
  press: (accountId: string, pressId: string): Key => ({
    pk: accountPartition(accountId),
    sk: `${pressPrefix}${pressId}`,
  }),
  pressPrefix,
  mailList: (accountId: string): Key => ({ pk: accountPartition(accountId), sk: 'MAIL-LIST' }),
  hourlyOrders: (accountId: string): Key => ({ pk: accountPartition(accountId), sk: 'HOURLY-ORDERS' }),
  pendingConnection: (accountId: string): Key => ({ pk: accountPartition(accountId), sk: 'PENDING_CONNECTION' }),
  /** In no account's partition: Lever hands back the state alone. */
  authorization: (stateHash: string): Key => ({ pk: `AUTHORIZATION#${stateHash}`, sk: 'AUTHORIZATION' }),
  /** In no account's partition: two accounts may want it. */
  leverClaim: (leverAccountId: string): Key => ({ pk: `LEVER#${leverAccountId}`, sk: 'LEVER_CLAIM' }),
  /** In no account's partition: it holds for all of them. */
  pause: (): Key => ({ pk: 'PAUSE', sk: 'PAUSE' }),
  /** Likewise. */
  restored: (): Key => ({ pk: 'RESTORED', sk: 'RESTORED' }),
  /** Outside the account, so that it outlives it. */
  operator: (accountId: string | null, at: number, id: string): Key => ({
    pk: operatorPartition(accountId),
    sk: `${operatorPrefix}${timeAndId(at, id)}`,
  }),
  operatorPrefix,
  /** What people of an account changed; outside the account too. */
  auditActivity: (accountId: string, at: number, id: string): Key => ({
    pk: auditPartition(accountId),
    sk: `ACTIVITY#${timeAndId(at, id)}`,
  }),
  rate: (accountId: string): Key => ({ pk: accountPartition(accountId), sk: 'RATE' }),
} as const;

const duePartitionCount = 8;

/** The partitions of the index of due work; several, so that no single one carries every account's writes. */
export const duePartitions: readonly string[] = Array.from({ length: duePartitionCount }, (_, n) => `DUE#${n}`);

/** The accounts themselves lie in a partition of their own, by when they are maintained next: they are few, and all of them are read at once. */
export const accountsDuePartition = 'ACCOUNTS';

/** Lists of addresses to be mailed, by when something is to be done about them. */
export const mailsDuePartition = 'MAILS';

/** The partition of due work that an account's items lie in. */
export const duePartitionOf = (accountId: string): string => `DUE#${numberOf(accountId) % duePartitionCount}`;

/** The partition of what is open of an account. */
export const openPartitionOf = (accountId: string): string => `OPEN#${accountId}`;

/** Whose item this is: its account, and its opportunity if it belongs to one. */
export const readOwner = ({ pk, sk }: Key): { accountId: string; opportunityId: string | null } => ({
  accountId: pk.slice('ACCOUNT#'.length),
  opportunityId: sk.startsWith('OPPORTUNITY#') ? sk.slice('OPPORTUNITY#'.length) : null,
});
