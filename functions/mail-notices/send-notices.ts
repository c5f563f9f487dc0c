import { readHealth } from '#shared/accounts/read-health.ts';
import type { Account } from '#shared/domain/account.ts';
import { Failure } from '#shared/domain/failure.ts';
import { withNews } from '#shared/domain/mail-list.ts';
import { mailsDue } from '#shared/domain/mails-due.ts';
import { reauthorizeBy } from '#shared/domain/reauthorization.ts';
import { mailsDuePartition, readOwner } from '#shared/stores/keys.ts';
import { type NoticePorts, sendOutbox } from './send-outbox.ts';

const mostAccounts = 1000;
const atOnce = 8;
/** Below the function's time-out: what is not begun by then is due still, and the next run's. */
const longestRunMs = 35_000;

/** Looks at the health of the accounts whose time has come, and sends what has to be told. */
export const sendNotices = async (ports: NoticePorts): Promise<void> => {
  const endsAt = ports.now() + longestRunMs;
  const due = await ports.table.listDue(mailsDuePartition, ports.now(), mostAccounts);
  const accountIds = due.map((item) => readOwner(item).accountId);
  const bugs: unknown[] = [];
  const seeTo = async (accountId: string): Promise<void> => {
    try {
      await lookAt(accountId, ports);
      await sendOutbox(accountId, ports);
    } catch (error) {
      // One account must not keep the mails of all others; a bug fails loudly at the end.
      await ports.emit('item_skipped', { accountId, reason: 'mails' });
      if (!(error instanceof Failure)) bugs.push(error);
    }
  };
  for (let next = 0; next < accountIds.length && ports.now() <= endsAt; next += atOnce) {
    await Promise.all(accountIds.slice(next, next + atOnce).map(seeTo));
  }
  if (bugs.length > 0) throw bugs[0];
};

/** Puts what has to be told into the outbox, in the same write that remembers it as told. */
const lookAt = async (accountId: string, ports: NoticePorts): Promise<void> => {
  const list = await ports.mailLists.load(accountId);
  const now = ports.now();
  if (list.nextLookAt > now) return;
  await ports.mailLists.reencrypt(accountId, list);
  const account = await ports.accounts.find(accountId);
  const isHeard = list.addresses.some(({ confirmedAt }) => confirmedAt !== null);
  const condition = account?.enabled === true && isHeard ? await conditionOf(account, ports) : null;
  const nextLookAt = now + ports.config.maintenanceMs / 4;
  await ports.mailLists.update(accountId, (present) => {
    // Somebody else has looked meanwhile.
    if (present.nextLookAt > now) return present;
    const due = condition === null ? { news: [], told: present.told } : mailsDue(condition, present.told, now);
    return withNews(present, due, nextLookAt, { now, newId: ports.newId });
  });
};

const conditionOf = async (account: Account, ports: NoticePorts) => ({
  health: (await readHealth(account, ports)).health,
  reauthorizeBy: reauthorizeBy(account),
});
