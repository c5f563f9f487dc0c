import { expect, it } from 'vitest';
import * as keys from '#shared/stores/keys.ts';
import { createReconciliationStore } from '#shared/stores/reconciliation-store.ts';
import { createMemoryTable } from '../../fakes/memory-table.ts';

it('goes on with a round that was saved before rounds could be partial', async () => {
  const table = createMemoryTable();
  const round = { startedAt: 3, since: 2, steps: [{ kind: 'deletions', after: null }] };
  const content = { notBefore: 1, connectedAt: 1, readUntil: 2, round };
  await table.overwrite({
    ...keys.reconciliation('acct_a'),
    version: 1,
    content,
    expiresAt: null,
    due: null,
    open: null,
  });
  expect(await createReconciliationStore(table).load('acct_a')).toEqual({
    ...content,
    round: { ...round, isPartial: false },
  });
});
