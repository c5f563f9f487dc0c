import { randomUUID } from 'node:crypto';
import { type AuditLine, subjectOf } from '#shared/stores/audit-log.ts';
import { columns } from './printed.ts';
import type { Stack } from './stack.ts';

/** What an operator ordered: of which accounts (null: of all), about which candidate, and the names of what it changes. */
export type Order = {
  readonly command: string;
  readonly accountIds: readonly (string | null)[];
  readonly opportunityId?: string;
  readonly changes: readonly string[];
};

/** Does the work between two lines of the audit: the first is there before anything happens, so that a crash leaves a command that began and never ended, and none that nobody saw. */
export const audited = async (
  { command, accountIds, opportunityId, changes }: Order,
  work: () => Promise<string[]>,
  { audit, who }: { audit: Pick<Stack['audit'], 'write'>; who: string },
): Promise<string[]> => {
  const commandId = randomUUID();
  const tell = async (outcome: AuditLine['outcome']): Promise<void> => {
    for (const accountId of accountIds) {
      const subject = accountId === null || opportunityId === undefined ? null : subjectOf(accountId, opportunityId);
      await audit.write({ commandId, who, command, accountId, subject, changes: [...changes], outcome });
    }
  };
  await tell('begun');
  const told = await work().catch(async (error: unknown) => {
    await tell('failed');
    throw error;
  });
  await tell('done');
  return told;
};

/** The audit's lines as an operator reads them: of one account, deleted or not, of one candidate of it, or of all. */
export const showAudit = async (
  { audit, table }: { audit: Pick<Stack['audit'], 'list'>; table: { auditedAccounts(): Promise<(string | null)[]> } },
  { accountId, opportunityId, isJson }: { accountId?: string; opportunityId?: string; isJson: boolean },
): Promise<string[]> => {
  // What was done to all accounts was done to this one too.
  const accountIds = accountId === undefined ? await table.auditedAccounts() : [accountId, null];
  const all = (await Promise.all(accountIds.map((id) => audit.list(id)))).flat();
  const subject = accountId === undefined || opportunityId === undefined ? null : subjectOf(accountId, opportunityId);
  const lines = all
    .filter((line) => subject === null || line.subject === subject)
    .toSorted((one, other) => one.at - other.at);
  if (isJson) return lines.map((line) => JSON.stringify(line));
  return lines.length === 0 ? ['Nothing is recorded.'] : lines.map(lineOf);
};

const lineOf = ({ at, who, command, accountId, changes, outcome, subject }: AuditLine): string =>
  columns([
    new Date(at).toISOString(),
    outcome,
    command,
    accountId ?? '(all accounts)',
    who,
    changes.join(', ') || '-',
    ...(subject === null ? [] : [`candidate ${subject.slice(0, 12)}`]),
  ]);
