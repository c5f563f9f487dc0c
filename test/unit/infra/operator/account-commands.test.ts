import { describe, expect, it } from 'vitest';
import { accountCommands, type CommandPorts } from '#infra/operator/account-commands.ts';
import { newAccount } from '#shared/domain/account.ts';
import { createAccountStore } from '#shared/stores/account-store.ts';
import { createCredentialStore } from '#shared/stores/credential-store.ts';
import { createWebhookSecretStore, noWebhookSecrets } from '#shared/stores/webhook-secret-store.ts';
import { validWebhookSecrets } from '#shared/stores/webhook-secrets.ts';
import { createMemoryTable } from '../../../fakes/memory-table.ts';
import { plainCipher } from '../../../fakes/plain-cipher.ts';

const accountId = 'acct_harborlight';
const [first, second] = ['a1'.repeat(24), 'b2'.repeat(24)];

const scene = async () => {
  const now = () => 1_772_442_060_000;
  const table = createMemoryTable();
  const accounts = createAccountStore(table, { now });
  const credentials = createCredentialStore(table, plainCipher);
  const webhookSecrets = createWebhookSecretStore(table, plainCipher, { now });
  await accounts.create(newAccount(accountId, 'Harborlight'));
  const deleted: string[] = [];
  const ports: CommandPorts = {
    now,
    accounts,
    credentials,
    webhookSecrets,
    publicUrl: 'https://turn.example',
    callbackPathOf: async (id) => `/turn/${id}/key`,
    table: {
      accountIds: async () => [accountId],
      usedKeyIds: async () => new Set(),
      deleteAccount: async (id) => deleted.push(id) + 6,
    },
  };
  return { ports, accounts, credentials, webhookSecrets, deleted, now };
};

describe('npm run accounts', () => {
  it('lists the accounts, one a line', async () => {
    const { ports } = await scene();
    expect(await accountCommands.list(ports)).toEqual([`${accountId}\tenabled\tnot_connected\tHarborlight`]);
    const none = { ...ports.table, accountIds: async () => [] };
    expect(await accountCommands.list({ ...ports, table: none })).toEqual(['There are no accounts yet.']);
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
      /^callback URL for Turn: +https:\/\/turn\.example\/turn\/acct_harborlight\/key$/mu,
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
});
