import { describe, expect, it } from 'vitest';
import { showAudit } from '#infra/operator/audited.ts';
import { printed } from '#infra/operator/printed.ts';
import { createActivityLog } from '#shared/stores/activity-log.ts';
import { createAuditLog } from '#shared/stores/audit-log.ts';
import { createMemoryTable } from '../../../fakes/memory-table.ts';

describe('what the operator’s commands print', () => {
  it('steers no terminal, whatever somebody called something', () => {
    expect(printed('a\tb “Ärger” 🦊')).toBe('a\tb “Ärger” 🦊');
    expect(printed('Offer\u001b[2K\r\n\u009b31m\u202e\u2028\ud83e')).toBe(
      String.raw`Offer\u001b[2K\u000d\u000a\u009b31m\u202e\u2028\ud83e`,
    );
    const told = { name: 'Offer\u001b[2K\u009b31m\u202e' };
    expect(printed(JSON.stringify(told))).not.toMatch(/\p{C}/u);
    expect(JSON.parse(printed(JSON.stringify(told)))).toEqual(told);
  });

  it('is no line of the audit that a person of the account made up', async () => {
    const table = createMemoryTable();
    const clock = { now: () => 1_772_442_060_000, newId: () => 'id' };
    const detail =
      'stageAfter: none → Offer\n2026-03-02T09:00:00.000Z\tdone\tdelete\tacct_one\tlocal user boss\taccount';
    const line = { kind: 'settings_changed', opportunityId: null, by: 'admin', detail } as const;
    await createActivityLog(table, clock).record('acct_one', line);
    const audit = createAuditLog(table, clock);
    const lines = await showAudit(
      { audit, table: { auditedAccounts: async () => ['acct_one'] } },
      { accountId: 'acct_one', isJson: false },
    );
    expect(lines).toHaveLength(1);
    expect(lines[0]?.split(/[\t\n]/u)).toHaveLength(6);
    expect(lines[0]).toContain('user admin');
  });
});
