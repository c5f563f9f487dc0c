import { createHmac, randomBytes } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { GetSecretValueCommand, PutSecretValueCommand } from '@aws-sdk/client-secrets-manager';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type LocalStack, startLocalStack } from '#infra/local/local-stack.ts';
import { otherAccountId } from '#infra/local/openid/sample-users.ts';
import { keyRingText, withNewKey } from '#infra/operator/rotate-key.ts';
import { clientConfig, openStack, type Stack } from '#infra/operator/stack.ts';
import { createDynamodbTable } from '#shared/aws/dynamodb-table.ts';
import { dynamodbBySdk } from '#shared/aws/sdk-calls.ts';
import { parseKeyRing } from '#shared/aws/secrets-key-ring.ts';
import * as keys from '#shared/stores/keys.ts';
import type { Table } from '#shared/stores/table.ts';
import { rotateWebhookSecret } from '#shared/stores/webhook-secrets.ts';
import { openSettings } from './connected-lever.ts';

const [sample, second] = ['sample-lever-organization', 'second-lever-organization'];
const webhookUrlOf = (stack: LocalStack): string => `${stack.ready.api}/lever/${otherAccountId}/webhook`;

describe('an account on the running stack', () => {
  let stack: LocalStack;
  let credentials: Stack['credentials'];
  let webhookSecrets: Stack['webhookSecrets'];
  let accounts: Stack['accounts'];
  let secrets: Stack['secrets'];
  let SecretId: string;
  let table: Table;
  beforeAll(async () => {
    stack = await startLocalStack({ log: () => undefined });
    const environment = (await (await fetch(`${stack.ready.api}/local/environment`)).json()) as Record<string, string>;
    const opened = openStack(environment);
    ({ accounts, credentials, webhookSecrets, secrets } = opened);
    SecretId = opened.keyRingSecretIds.webhooks;
    const dynamodb = new DynamoDBClient(clientConfig(environment, 'AWS_ENDPOINT_URL_DYNAMODB'));
    table = createDynamodbTable(dynamodbBySdk(dynamodb), environment['TABLE_NAME'] ?? '');
  });
  afterAll(() => stack?.stop());

  const webhooksAt = (organization: string) =>
    stack.lever?.model
      .recruiter(organization)
      .organization.webhooks.filter(({ url }) => url.startsWith(webhookUrlOf(stack))) ?? [];

  it('asks before another Lever replaces the one that its tokens came from', async () => {
    const settings = await openSettings(stack, 'admin');
    expect((await accounts.find('acct_sample'))?.connection).toMatchObject({ leverAccountId: sample });
    expect(await settings.authorize(second)).toBe('/settings?lever=replace');
    expect(await settings.post('/api/lever/replace', { confirm: false })).toMatchObject({ json: { replaced: false } });
    expect((await accounts.find('acct_sample'))?.connection).toMatchObject({ leverAccountId: sample });
  });

  it('is connected, changed to another Lever after a question, and disconnected, by its Super Admin’s browser', async () => {
    const settings = await openSettings(stack, 'other-admin');
    expect(await settings.authorize(second, 'deny')).toBe('/settings?lever=denied');
    expect(await settings.authorize(sample)).toBe('/settings?lever=taken');
    expect(webhooksAt(sample)).toEqual([]);
    expect(await settings.authorize(second)).toBe('/settings?lever=connected');
    expect(
      webhooksAt(second)
        .map(({ event }) => event)
        .toSorted(),
    ).toEqual(['candidateArchiveChange', 'candidateDeleted', 'candidateStageChange']);
    expect(await accounts.find(otherAccountId)).toMatchObject({
      connectionState: 'connected',
      connection: { leverAccountId: second },
    });
    expect(await settings.authorize(sample)).toBe('/settings?lever=taken');

    // The sample account lets go of its Lever.
    const owner = await openSettings(stack, 'admin');
    expect(await owner.post('/api/lever/disconnect')).toMatchObject({ status: 200 });
    expect(await settings.authorize(sample)).toBe('/settings?lever=replace');
    expect((await accounts.find(otherAccountId))?.connection?.leverAccountId).toBe(second);
    expect(await settings.post('/api/lever/replace', { confirm: true })).toEqual({
      status: 200,
      json: { replaced: true },
    });
    expect((await accounts.find(otherAccountId))?.connection?.leverAccountId).toBe(sample);
    expect([webhooksAt(sample).length, webhooksAt(second).length]).toEqual([3, 0]);
    expect(await owner.authorize(sample)).toBe('/settings?lever=taken');

    expect(await settings.post('/api/lever/disconnect')).toEqual({ status: 200, json: { webhooksRemoved: true } });
    expect(webhooksAt(sample)).toEqual([]);
    expect((await credentials.load(otherAccountId)).credentials.tokens).toBeNull();
    expect(await owner.authorize(sample)).toBe('/settings?lever=connected');
  });

  it('is not connected by a member, nor without a token', async () => {
    const member = await openSettings(stack, 'member');
    expect(await member.post('/api/lever/authorize')).toMatchObject({ status: 403 });
    const nobody = await fetch(`${stack.ready.api}/api/lever/disconnect`, { method: 'POST' });
    expect(nobody.status).toBe(401);
    const back = await fetch(`${stack.ready.api}/lever/oauth/callback?code=x&state=y`, { redirect: 'manual' });
    expect([back.status, back.headers.get('location')]).toEqual([303, '/settings?lever=expired']);
  });

  it('gets the webhooks that it registered: a move in Lever is queued by the token of its own webhook', async () => {
    const settings = await openSettings(stack, 'other-admin');
    expect(await settings.authorize(second)).toBe('/settings?lever=replace');
    await settings.post('/api/lever/replace', { confirm: true });
    const recruiter = stack.lever?.model.recruiter(second);
    const [opportunity] = recruiter?.organization.opportunities.keys() ?? [];
    const [delivery] = recruiter?.moveToStage(opportunity ?? '', 'Reference check') ?? [];
    await expect.poll(() => delivery?.attempts).toEqual([200]);
  });

  it('refuses no delivery while its webhook secret and the encryption key change under 50 deliveries a second', async () => {
    // The functions' clock is let run ahead of this process's.
    let aheadMs = 0;
    const rotateKey = async (): Promise<void> => {
      const { SecretString = '' } = await secrets.send(new GetSecretValueCommand({ SecretId }));
      const secret = randomBytes(48).toString('base64url');
      const { ring } = withNewKey(parseKeyRing(SecretString), {
        now: Date.now() + aheadMs,
        secret,
        usedKeyIds: new Set(),
      });
      await secrets.send(new PutSecretValueCommand({ SecretId, SecretString: keyRingText(ring) }));
    };
    const newSecret = (): string => randomBytes(24).toString('hex');
    let current = newSecret();
    let before = current;
    const setSecret = async (secret: string): Promise<void> => {
      await webhookSecrets.update(otherAccountId, (held) => rotateWebhookSecret(held, secret, Date.now()));
      [before, current] = [current, secret];
    };
    await setSecret(current);
    const statuses = new Map<number, number>();
    const tooks: number[] = [];
    const deliver = async (secret: string): Promise<void> => {
      const [token, triggeredAt] = [randomBytes(24).toString('hex'), Date.now()];
      const signature = createHmac('sha256', secret).update(`${token}${triggeredAt}`).digest('hex');
      // A stage that is known not to trigger anything: the whole way in, without a check at its end.
      const data = { opportunityId: 'not-there', toStageId: 'offer', fromStageId: 'applicant-new' };
      const body = JSON.stringify({ event: 'candidateStageChange', token, triggeredAt, signature, data });
      const startedAt = performance.now();
      const { status } = await fetch(webhookUrlOf(stack), {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body,
      });
      tooks.push(performance.now() - startedAt);
      statuses.set(status, (statuses.get(status) ?? 0) + 1);
    };
    const [perSecond, seconds] = [50, 20];
    const sent: Promise<void>[] = [];
    const sweeps: Promise<void>[] = [];
    const startedAt = performance.now();
    for (let n = 0; n < perSecond * seconds; n++) {
      // Each tenth is signed with the secret before: those deliveries were on their way.
      sent.push(deliver(n % 10 === 0 ? before : current));
      if (n % 250 === 100) await setSecret(newSecret());
      if (n % 250 === 125) await rotateKey();
      // Time enough for the new key to encrypt, and for every process to read the ring again.
      if (n % 250 === 150) {
        await stack.advanceClock(660);
        aheadMs += 660_000;
      }
      if (n % 250 === 175) {
        await accounts.update(otherAccountId, (account) => account, 0);
        sweeps.push(stack.sweep().catch(() => undefined));
      }
      await wait(Math.max(0, startedAt + (n * 1000) / perSecond - performance.now()));
    }
    await Promise.all([...sent, ...sweeps]);
    const took = (performance.now() - startedAt) / 1000;
    tooks.sort((one, other) => one - other);
    process.stdout.write(
      `${sent.length} deliveries in ${took.toFixed(1)} s, 4 secrets and 4 keys changed: ${JSON.stringify([...statuses])}, median ${tooks[500]?.toFixed(0)} ms, slowest ${tooks.at(-1)?.toFixed(0)} ms\n`,
    );
    expect([...statuses]).toEqual([[200, perSecond * seconds]]);
    const encrypted = JSON.stringify(await table.get(keys.webhookSecrets(otherAccountId))).match(/eyJ[\w-]+/gu) ?? [];
    const keyIds = encrypted.map((header) => JSON.parse(Buffer.from(header, 'base64url').toString()).kid);
    expect(keyIds.length).toBeGreaterThan(3);
    expect(keyIds).not.toContain('0');
  });
});
