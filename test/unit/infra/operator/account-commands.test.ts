import { describe, expect, it } from 'vitest';
import { accountCommands, type CommandPorts } from '#infra/operator/account-commands.ts';
import { differencesOf } from '#infra/operator/create-accounts.ts';
import { createOpportunityData, isAbout } from '#infra/operator/opportunity-data.ts';
import { pauseCommands } from '#infra/operator/pause-commands.ts';
import { newAccount } from '#shared/domain/account.ts';
import { withEntry } from '#shared/domain/opportunity-record.ts';
import { withPause } from '#shared/domain/pause.ts';
import { scheduledAt } from '#shared/domain/retry-policy.ts';
import { createAccountStore } from '#shared/stores/account-store.ts';
import { createActivityLog } from '#shared/stores/activity-log.ts';
import { createCredentialStore } from '#shared/stores/credential-store.ts';
import { createPauseStore } from '#shared/stores/pause-store.ts';
import { createRecords } from '#shared/stores/records.ts';
import { createSharers } from '#shared/stores/sharers.ts';
import { createWebhookSecretStore, noWebhookSecrets } from '#shared/stores/webhook-secret-store.ts';
import { validWebhookSecrets } from '#shared/stores/webhook-secrets.ts';
import { createMemoryTable } from '../../../fakes/memory-table.ts';
import { plainCipher } from '../../../fakes/plain-cipher.ts';
import { orderedEntry } from '../../domain/samples.ts';

const accountId = 'acct_harborlight';
const idle = async (): Promise<void> => {};
const [first, second] = ['a1'.repeat(24), 'b2'.repeat(24)];

const scene = async () => {
  const now = () => 1_772_442_060_000;
  const table = createMemoryTable();
  const accounts = createAccountStore(table, { now });
  const credentials = createCredentialStore(table, plainCipher);
  const webhookSecrets = createWebhookSecretStore(table, plainCipher);
  await accounts.create(newAccount(accountId, 'Harborlight'));
  const deleted: string[] = [];
  const itemsAbout = async (_: string, opportunityId: string) =>
    [...table.items.values()].filter((item) => isAbout(item, opportunityId));
  const nothing = async (): Promise<void> => undefined;
  const records = createRecords(table, { now, enqueueDecision: nothing, enqueueSync: nothing, emit: nothing });
  const ports: CommandPorts = {
    records,
    pauses: createPauseStore(table, { now }),
    activities: createActivityLog(table, { now, newId: () => 'id' }),
    now,
    accounts,
    credentials,
    webhookSecrets,
    publicUrl: 'https://turn.example',
    callbackPathOf: async ({ accountId: id, callbackKeys }) => `/turn/${id}/key${callbackKeys.length}`,
    table: {
      accountIds: async () => [accountId],
      auditedAccounts: async () => [],
      usedKeyIds: async () => new Set(),
      deleteAccount: async (id) => deleted.push(id) + 6,
      itemsAbout: async () => [],
    },
    opportunities: createOpportunityData(table, itemsAbout, now),
  };
  return { ports, table, accounts, credentials, webhookSecrets, records, deleted, now };
};

describe('npm run accounts', () => {
  it('renames an account, and says what an accounts file would have otherwise', async () => {
    const { ports, accounts } = await scene();
    await accountCommands.rename(ports, accountId, 'Harborlight Mills');
    expect((await accounts.find(accountId))?.name).toBe('Harborlight Mills');
    await expect(accountCommands.rename(ports, accountId, ' ')).rejects.toThrow('must not be empty');
    const seed = { accountId, name: 'Harborlight', turnApiToken: 't', triggerStages: ['Offer'] };
    expect(await differencesOf([seed, { ...seed, accountId: 'acct_new' }], ports)).toEqual([
      `  ${accountId} exists already; name is Harborlight Mills there, Harborlight in the file; triggerStages is Reference Check there, Offer in the file.`,
    ]);
  });

  it('makes a new callback address, and says for how long the one before is accepted', async () => {
    const { ports, accounts } = await scene();
    await accountCommands.rotateCallbackKey(ports, accountId, false);
    const [told, previous] = await accountCommands.rotateCallbackKey(ports, accountId, false);
    expect(told).toContain('https://turn.example/turn/acct_harborlight/key2');
    expect(previous).toContain('is accepted until 2026-03-16T');
    expect((await accountCommands.show(ports, accountId)).join('\n')).toMatch(/^previous URL until: +2026-03-16T/mu);
    const [, ended] = await accountCommands.rotateCallbackKey(ports, accountId, true);
    expect(ended).toContain('is refused from now on');
    expect((await accounts.find(accountId))?.callbackKeys).toHaveLength(1);
    await expect(accountCommands.rotateCallbackKey(ports, 'acct_none', false)).rejects.toThrow('There is no account');
  });

  it('shows an account without any of its secrets', async () => {
    const { ports } = await scene();
    await accountCommands.rotateTurnToken(ports, accountId, 'turn-token-of-harborlight');
    for (const secret of [first, second]) await accountCommands.rotateWebhookSecret(ports, accountId, secret);
    const shown = (await accountCommands.show(ports, accountId)).join('\n');
    for (const line of [
      /^account: +acct_harborlight \(Harborlight\)$/mu,
      /^connection: +not connected$/mu,
      /^trigger stages: +Reference Check \(not found yet\)$/mu,
      /^Turn token: +set$/mu,
      /^webhook secret: +set for candidateStageChange$/mu,
      /^previous secret until: +2026-03-16T/mu,
      /^webhook URL for Lever: +https:\/\/turn\.example\/lever\/acct_harborlight\/webhook$/mu,
      /^callback URL for Turn: +https:\/\/turn\.example\/turn\/acct_harborlight\/key0$/mu,
    ]) {
      expect(shown).toMatch(line);
    }
    for (const secret of ['turn-token-of-harborlight', first, second]) expect(shown).not.toContain(secret);
  });

  it('rotates the webhook secret without losing the one before, and repeats neither', async () => {
    const { ports, webhookSecrets, now } = await scene();
    await accountCommands.rotateWebhookSecret(ports, accountId, first);
    const said = await accountCommands.rotateWebhookSecret(ports, accountId, second);
    expect(said.join()).toContain('The previous one is accepted until');
    expect(said.join()).not.toMatch(/a1a1|b2b2/u);
    expect(validWebhookSecrets(await webhookSecrets.load(accountId), now())).toEqual([second, first]);
  });

  it('rotates the secret of one event, and leaves those of others alone', async () => {
    const { ports, webhookSecrets, now } = await scene();
    await accountCommands.rotateWebhookSecret(ports, accountId, first);
    const said = await accountCommands.rotateWebhookSecret(ports, accountId, second, 'candidateDeleted');
    expect(said).toEqual([`${accountId} has the new webhook secret for candidateDeleted.`]);
    const held = await webhookSecrets.load(accountId);
    expect(validWebhookSecrets(held, now() + 900 * 86_400_000).toSorted()).toEqual([first, second]);
    const shown = (await accountCommands.show(ports, accountId)).join();
    expect(shown).toContain('set for candidateStageChange, candidateDeleted');
    await expect(accountCommands.rotateWebhookSecret(ports, accountId, first, 'deleted')).rejects.toThrow(
      'The event must be one of candidateStageChange, candidateDeleted, candidateArchiveChange.',
    );
  });

  it('refuses what is no webhook secret, and no Turn token, with words of what is', async () => {
    const { ports, credentials, webhookSecrets } = await scene();
    for (const wrong of ['', 'short', 'x'.repeat(257), `${first.slice(1)} `]) {
      await expect(accountCommands.rotateWebhookSecret(ports, accountId, wrong)).rejects.toThrow(
        '16 to 256 characters',
      );
    }
    await expect(accountCommands.rotateTurnToken(ports, accountId, '')).rejects.toThrow('standard input');
    expect((await credentials.load(accountId)).version).toBeNull();
    expect(await webhookSecrets.load(accountId)).toEqual(noWebhookSecrets);
  });

  it('has the checks that waited for a new Turn token started, and no others', async () => {
    const { ports, records, now } = await scene();
    const blocked = async (opportunityId: string, code: 'turn_token_rejected' | 'no_email'): Promise<void> => {
      const [since, dueAt] = [now() - 86_400_000, now() + 86_400_000];
      const problem = { code, detail: null, since };
      await records.apply({ accountId, opportunityId }, (record) => ({
        record: {
          ...record,
          entries: [{ state: 'blocked', enteredAt: since, problem }],
          nextDecision: scheduledAt(dueAt),
        },
        effects: [],
      }));
    };
    await blocked('opportunity-1', 'turn_token_rejected');
    await blocked('opportunity-2', 'no_email');
    expect(await accountCommands.rotateTurnToken(ports, accountId, 'new-token')).toEqual([
      `${accountId} has the new Turn token. What waited for it (1) starts within minutes.`,
    ]);
    const dueIn = async (opportunityId: string) =>
      ((await records.load(accountId, opportunityId)).record.nextDecision?.dueAt ?? 0) - now();
    expect([await dueIn('opportunity-1'), await dueIn('opportunity-2')]).toEqual([0, 86_400_000]);
    await ports.pauses.pauseAll(true);
    await blocked('opportunity-1', 'turn_token_rejected');
    expect(await accountCommands.rotateTurnToken(ports, accountId, 'new-token')).toEqual([
      `${accountId} has the new Turn token. What waited for it (1) starts once new checks are no longer paused.`,
    ]);
  });

  it('shows each pause that holds, and names whom the end of the pause of all leaves paused', async () => {
    const { ports, accounts } = await scene();
    const at = '2026-03-02T09:01:00.000Z';
    await ports.pauses.pauseAll(true);
    await pauseCommands.setPaused(ports, accountId, true);
    await accounts.update(accountId, (account) => withPause(account, 'user-1', ports.now()));
    const shown = async () => (await accountCommands.show(ports, accountId)).find((line) => line.startsWith('paused:'));
    const own = `since ${at} by Turn, by itself; since ${at} by its Super Admin`;
    expect(await shown()).toMatch(new RegExp(`^paused: +since ${at} by Turn, with all accounts; ${own}$`, 'u'));
    const still = `${accountId} is still paused by`;
    const resumeAll = async () => (await pauseCommands.resumeAll(ports)).slice(1);
    expect(await resumeAll()).toEqual([`${still} Turn, by itself.`]);
    expect(await shown()).toMatch(new RegExp(`^paused: +${own}$`, 'u'));
    await pauseCommands.setPaused(ports, accountId, false);
    expect(await resumeAll()).toEqual([`${still} its Super Admin.`]);
    await accounts.update(accountId, (account) => withPause(account, null, ports.now()));
    expect([await resumeAll(), await shown()]).toEqual([[], undefined]);
  });

  it('disables and enables, and deletes only what is disabled', async () => {
    const { ports, accounts, deleted } = await scene();
    await expect(accountCommands.delete(ports, accountId)).rejects.toThrow('Disable acct_harborlight first');
    await accountCommands.setEnabled(ports, accountId, false);
    expect((await accounts.find(accountId))?.enabled).toBe(false);
    await accountCommands.setEnabled(ports, accountId, true);
    expect((await accounts.find(accountId))?.enabled).toBe(true);
    await accountCommands.setEnabled(ports, accountId, false);
    expect((await accountCommands.delete(ports, accountId)).join()).toContain('deleted, with 7 records');
    expect(deleted).toEqual([accountId]);
  });

  it('says which account is not there', async () => {
    const { ports } = await scene();
    const nobody = 'acct_nobody';
    for (const command of [
      accountCommands.show(ports, nobody),
      accountCommands.rotateWebhookSecret(ports, nobody, first),
      accountCommands.rotateTurnToken(ports, nobody, 'token'),
      accountCommands.setEnabled(ports, nobody, false),
      accountCommands.delete(ports, nobody),
    ]) {
      await expect(command).rejects.toThrow('There is no account acct_nobody.');
    }
  });

  it('prints what is stored of a candidate, and takes it away but for a mark', async () => {
    const { ports, table, now } = await scene();
    const [gone, other] = ['0c1f7a9e-gone', '0c1f7a9e-other'];
    const clock = { now, newId: () => 'line' };
    const records = createRecords(table, { now, enqueueDecision: idle, enqueueSync: idle, emit: idle });
    const sharers = createSharers(table, clock);
    for (const opportunityId of [gone, other]) {
      const entry = orderedEntry({ workerId: 'worker-1', turnId: 'C1000000001' });
      await records.apply({ accountId, opportunityId }, (record) => ({
        record: { ...withEntry(record, entry), contactId: 'contact-1' },
        effects: [],
      }));
      await sharers.joinWorker(accountId, 'worker-1', opportunityId);
      await sharers.joinPerson(accountId, 'contact-1', null, opportunityId);
      const line = { kind: 'check_started', opportunityId, by: null, detail: null } as const;
      await createActivityLog(table, { ...clock, newId: () => opportunityId.slice(9) }).record(accountId, line);
    }
    const shown = await accountCommands.export(ports, accountId, gone);
    expect(shown).toHaveLength(6);
    expect(await accountCommands.forget(ports, accountId, gone)).toEqual([expect.stringContaining('5 items are gone')]);
    const left = [...table.items.values()].filter((item) => JSON.stringify(item).includes(gone));
    expect(left).toMatchObject([
      { sk: `OPPORTUNITY#${gone}`, content: { contactId: null, entries: [{ state: 'erased' }], nextSync: null } },
    ]);
    expect(await accountCommands.export(ports, accountId, gone)).toHaveLength(1);
    expect(await sharers.ofWorker(accountId, 'worker-1')).toEqual([other]);
    expect(await accountCommands.export(ports, accountId, other)).toHaveLength(6);
    await expect(accountCommands.forget(ports, accountId, 'a b')).rejects.toThrow('Give the id');
  });

  it('takes away nothing by a part of an id, or by a word that items hold for another reason', async () => {
    const { ports, table, now } = await scene();
    const opportunityId = '0c1f7a9e-kept';
    const records = createRecords(table, { now, enqueueDecision: idle, enqueueSync: idle, emit: idle });
    const entry = orderedEntry({ turnId: 'C1000000001' });
    await records.apply({ accountId, opportunityId }, (record) => ({ record: withEntry(record, entry), effects: [] }));
    const line = { kind: 'check_status', opportunityId, by: null, detail: 'emailed' } as const;
    await ports.activities.record(accountId, line);
    const before = table.items;
    for (const given of [
      '0c1f7a9e',
      '0C1F7A9E-KEPT',
      'e',
      'ACCOUNT',
      'emailed',
      'ordered',
      'C1000000001',
      accountId.slice(5),
    ]) {
      await expect(accountCommands.forget(ports, accountId, given)).rejects.toThrow(`Nothing names ${given}`);
      await expect(accountCommands.export(ports, accountId, given)).rejects.toThrow(`Nothing names ${given}`);
    }
    expect(table.items).toEqual(before);
  });
});
