import { createHash } from 'node:crypto';
import * as z from 'zod/mini';
import * as keys from './keys.ts';
import { itemOver, itemsOf, type Table } from './table.ts';

/** As long as the records of opportunities are kept. */
const keptSeconds = 2 * 365 * 86_400;

/** Names and ids of what was ordered, by whom; `changes`: names of what it changes, never values. */
const lineSchema = z.object({
  at: z.number(),
  /** The lines of one command share it. */
  commandId: z.string(),
  /** An AWS principal, or the user of a machine. */
  who: z.string(),
  command: z.string(),
  accountId: z.nullable(z.string()),
  subject: z.nullable(z.string()),
  changes: z.array(z.string()),
  /** `begun` alone: nobody knows how it ended. */
  outcome: z.enum(['begun', 'done', 'failed']),
});
const activitySchema = z.object({
  at: z.number(),
  kind: z.string(),
  by: z.nullable(z.string()),
  detail: z.nullable(z.string()),
});
export type AuditLine = z.infer<typeof lineSchema>;

/** Stands for a candidate's opportunity in the audit, which outlives the candidate: whoever knows the id finds its lines, and nobody finds the id by them. */
export const subjectOf = (accountId: string, opportunityId: string): string =>
  createHash('sha256').update(`${accountId}/${opportunityId}`).digest('hex');

/** What nobody of the account did, the integration did by itself; but it changes no settings and pauses nothing: an operator's command stands beside these. */
const whoElse = (kind: string): string =>
  ['settings_changed', 'checks_paused', 'checks_resumed'].includes(kind) ? 'an operator' : 'the integration';

/**
 * What operators did, account by account (null: to all of them), outside the accounts: it stays when an account is deleted.
 * A line is only ever added, and by no function: none may write there.
 */
export const createAuditLog = (
  table: Pick<Table, 'put' | 'list'>,
  { now, newId }: { now: () => number; newId: () => string },
) => ({
  /** Throws where it cannot be written, so that nothing is done unseen. */
  async write(line: Omit<AuditLine, 'at'>): Promise<void> {
    const at = now();
    const expires = { expiresAt: Math.floor(at / 1000) + keptSeconds };
    const key = keys.operator(line.accountId, at, newId());
    if (!(await table.put(itemOver(null, key, { ...line, at }, expires), null)))
      throw new Error('An audit line of this name is there already.');
  },
  /** What operators did to one account, and what its own people changed. */
  async list(accountId: string | null): Promise<AuditLine[]> {
    const { pk } = keys.operator(accountId, 0, '');
    const lines: AuditLine[] = [];
    for await (const { content } of itemsOf(table, pk, keys.operatorPrefix)) lines.push(z.parse(lineSchema, content));
    if (accountId === null) return lines;
    for await (const { sk, content } of itemsOf(table, keys.auditPartition(accountId), 'ACTIVITY#')) {
      const { at, kind, by, detail } = z.parse(activitySchema, content);
      const who = by === null ? whoElse(kind) : `user ${by}`;
      const changes = detail === null ? [] : [detail];
      lines.push({ at, commandId: sk, who, command: kind, accountId, subject: null, changes, outcome: 'done' });
    }
    return lines;
  },
});
