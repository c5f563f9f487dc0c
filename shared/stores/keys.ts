import { numberOf } from '#shared/domain/ids.ts';
import type { Key } from './table.ts';

// Where each thing lies in the table. Everything of one account lies in that account's three partitions, but for what is looked up
// without knowing the account. Imported as one, `* as keys`: a bundle holds of it what its function asks for.

export const accountPartition = (accountId: string): string => `ACCOUNT#${accountId}`;

/** What the function that takes webhooks may read and write. Its policy tells these partitions from all others by this prefix. */
export const webhookPartitionPrefix = 'WEBHOOK#';

export const webhookPartition = (accountId: string): string => `${webhookPartitionPrefix}${accountId}`;

/** What the function that takes Turn's callbacks may write; its policy tells these partitions from all others by this prefix. */
export const callbackPartitionPrefix = 'CALLBACK#';

export const callbackPartition = (accountId: string): string => `${callbackPartitionPrefix}${accountId}`;

/** Who changed what, which no function may change or delete: a policy tells these partitions from all others by this prefix. */
export const auditPartitionPrefix = 'AUDIT#';

export const auditPartition = (accountId: string): string => `${auditPartitionPrefix}${accountId}`;

/** What operators did, where no function may write at all: likewise. Null: to all accounts, whose sign is in no account's id. */
export const operatorPartitionPrefix = 'OPERATOR#';

const operatorPartition = (accountId: string | null): string => `${operatorPartitionPrefix}${accountId ?? '*'}`;

export const operatorPrefix = 'LINE#';

export const personPrefix = (contactId: string): string => `PERSON#${contactId}#`;

const timeAndId = (at: number, id: string): string => `${String(at).padStart(15, '0')}#${id}`;

export const storyPrefix = (opportunityId: string): string => `STORY#${opportunityId}#`;

export const pressPrefix = 'PRESS#';

export const turnIdPrefix = (turnId: string): string => `TURN#${turnId}#`;

export const usagePrefix = (month: string): string => `USAGE#${month}#`;

export const account = (accountId: string): Key => ({ pk: accountPartition(accountId), sk: 'ACCOUNT' });
export const credentials = (accountId: string): Key => ({ pk: accountPartition(accountId), sk: 'CREDENTIALS' });
export const webhookSecrets = (accountId: string): Key => ({ pk: webhookPartition(accountId), sk: 'SECRETS' });
/** As much of the account as it takes to tell which moves matter. */
export const intake = (accountId: string): Key => ({ pk: webhookPartition(accountId), sk: 'INTAKE' });
export const opportunity = (accountId: string, opportunityId: string): Key => ({
  pk: accountPartition(accountId),
  sk: `OPPORTUNITY#${opportunityId}`,
});
export const worker = (accountId: string, workerId: string): Key => ({
  pk: accountPartition(accountId),
  sk: `WORKER#${workerId}`,
});
/** A person of Lever and a package of Turn (null: the default): the opportunities that share a check of both. */
export const person = (accountId: string, contactId: string, packageId: string | null): Key => ({
  pk: accountPartition(accountId),
  sk: `${personPrefix(contactId)}${packageId ?? 'default'}`,
});
export const delivery = (accountId: string, signature: string): Key => ({
  pk: webhookPartition(accountId),
  sk: `DELIVERY#${signature}`,
});
/** An opportunity that Turn's callbacks said has news, and from when on it is synced. */
export const hint = (accountId: string, opportunityId: string): Key => ({
  pk: callbackPartition(accountId),
  sk: `HINT#${opportunityId}`,
});
export const hourlyDeliveries = (accountId: string): Key => ({
  pk: webhookPartition(accountId),
  sk: 'HOURLY-DELIVERIES',
});
/** The requests of its people's in this minute. */
export const requests = (accountId: string): Key => ({ pk: accountPartition(accountId), sk: 'REQUESTS' });
/** Those of them that are of people who may change nothing. */
export const memberRequests = (accountId: string): Key => ({ pk: accountPartition(accountId), sk: 'MEMBER-REQUESTS' });
export const heartbeats = (accountId: string): Key => ({ pk: accountPartition(accountId), sk: 'HEARTBEATS' });
export const webhookHeartbeats = (accountId: string): Key => ({ pk: webhookPartition(accountId), sk: 'HEARTBEATS' });
/** `at` is padded, so that activities sort by time. */
export const activity = (accountId: string, at: number, id: string): Key => ({
  pk: accountPartition(accountId),
  sk: `ACTIVITY#${timeAndId(at, id)}`,
});
/** A line that the function wrote which takes webhooks. */
export const webhookActivity = (accountId: string, at: number, id: string): Key => ({
  pk: webhookPartition(accountId),
  sk: `ACTIVITY#${timeAndId(at, id)}`,
});
/** The same activity once more, where it is found by the opportunity that it is about: the time and the id lead from one to the other. */
export const story = (accountId: string, opportunityId: string, at: number, id: string): Key => ({
  pk: accountPartition(accountId),
  sk: `${storyPrefix(opportunityId)}${timeAndId(at, id)}`,
});
/** An opportunity by the Turn ID of its check. */
export const turnId = (accountId: string, turnId: string, opportunityId: string): Key => ({
  pk: accountPartition(accountId),
  sk: `${turnIdPrefix(turnId)}${opportunityId}`,
});
/** A month as `2026-11`, and a package of Turn (null: the default): how many checks were started. */
export const usage = (accountId: string, month: string, packageId: string | null): Key => ({
  pk: accountPartition(accountId),
  sk: `${usagePrefix(month)}${packageId ?? 'default'}`,
});
export const people = (accountId: string): Key => ({ pk: accountPartition(accountId), sk: 'PEOPLE' });
export const reservation = (accountId: string, reservationId: string): Key => ({
  pk: accountPartition(accountId),
  sk: `RESERVATION#${reservationId}`,
});
export const reconciliation = (accountId: string): Key => ({ pk: accountPartition(accountId), sk: 'RECONCILIATION' });
export const packages = (accountId: string): Key => ({ pk: accountPartition(accountId), sk: 'PACKAGES' });
export const press = (accountId: string, pressId: string): Key => ({
  pk: accountPartition(accountId),
  sk: `${pressPrefix}${pressId}`,
});
export const mailList = (accountId: string): Key => ({ pk: accountPartition(accountId), sk: 'MAIL-LIST' });
export const hourlyOrders = (accountId: string): Key => ({ pk: accountPartition(accountId), sk: 'HOURLY-ORDERS' });
export const pendingConnection = (accountId: string): Key => ({
  pk: accountPartition(accountId),
  sk: 'PENDING_CONNECTION',
});
/** In no account's partition: Lever hands back the state alone. */
export const authorization = (stateHash: string): Key => ({ pk: `AUTHORIZATION#${stateHash}`, sk: 'AUTHORIZATION' });
/** In no account's partition: two accounts may want it. */
export const leverClaim = (leverAccountId: string): Key => ({ pk: `LEVER#${leverAccountId}`, sk: 'LEVER_CLAIM' });
/** In no account's partition: it holds for all of them. */
export const pause = (): Key => ({ pk: 'PAUSE', sk: 'PAUSE' });
/** Likewise. */
export const restored = (): Key => ({ pk: 'RESTORED', sk: 'RESTORED' });
/** Outside the account, so that it outlives it. */
export const operator = (accountId: string | null, at: number, id: string): Key => ({
  pk: operatorPartition(accountId),
  sk: `${operatorPrefix}${timeAndId(at, id)}`,
});
/** What people of an account changed; outside the account too. */
export const auditActivity = (accountId: string, at: number, id: string): Key => ({
  pk: auditPartition(accountId),
  sk: `ACTIVITY#${timeAndId(at, id)}`,
});
export const rate = (accountId: string): Key => ({ pk: accountPartition(accountId), sk: 'RATE' });

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
