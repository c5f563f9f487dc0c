import { mkdtempSync } from 'node:fs';
import http from 'node:http';
import { tmpdir } from 'node:os';
import path from 'node:path';
import {
  GetSecretValueCommand,
  PutSecretValueCommand,
  ResourceNotFoundException,
  SecretsManagerClient,
} from '@aws-sdk/client-secrets-manager';
import { expect, onTestFinished, test } from 'vitest';
import { startSecretsEmulator } from '#infra/local/emulators/secrets-emulator.ts';

const secret = { name: 'app', arn: 'arn:aws:secretsmanager:eu-central-1:000000000000:secret:app' };

const start = async (file?: string) => {
  const server = await startSecretsEmulator(Date.now, file);
  const credentials = { accessKeyId: 'a', secretAccessKey: 'b' };
  const client = new SecretsManagerClient({ endpoint: server.url, region: 'eu-central-1', credentials });
  onTestFinished(async () => {
    client.destroy();
    await server.stop();
  });
  return { server, client };
};

test('a secret is found by name and by ARN; a new value is current, the one before it previous', async () => {
  const { server, client } = await start();
  server.create(secret, 'first');
  const first = await client.send(new GetSecretValueCommand({ SecretId: secret.arn }));
  expect(first).toMatchObject({ Name: 'app', ARN: secret.arn, SecretString: 'first', VersionStages: ['AWSCURRENT'] });

  const put = await client.send(new PutSecretValueCommand({ SecretId: 'app', SecretString: 'second' }));
  const value = async (which: { VersionId?: string | undefined; VersionStage?: string }) =>
    (await client.send(new GetSecretValueCommand({ SecretId: 'app', ...which }))).SecretString;
  expect(await value({})).toBe('second');
  expect(await value({ VersionStage: 'AWSPREVIOUS' })).toBe('first');
  expect(await value({ VersionId: first.VersionId })).toBe('first');
  expect(await value({ VersionId: put.VersionId })).toBe('second');
});

test('an unknown secret and an unknown version are refused with AWS’s own error', async () => {
  const { server, client } = await start();
  server.create(secret, 'first');
  await expect(client.send(new GetSecretValueCommand({ SecretId: 'nobody' }))).rejects.toThrow(
    ResourceNotFoundException,
  );
  const VersionStage = 'AWSPREVIOUS';
  await expect(client.send(new GetSecretValueCommand({ SecretId: 'app', VersionStage }))).rejects.toThrow(
    ResourceNotFoundException,
  );
});

test('with a file, a restart finds every version, and the first value is not replaced', async () => {
  const file = path.join(mkdtempSync(path.join(tmpdir(), 'lever-turn-secrets-')), 'secrets.json');
  const before = await start(file);
  before.server.create(secret, 'first');
  await before.client.send(new PutSecretValueCommand({ SecretId: 'app', SecretString: 'second' }));

  const after = await start(file);
  after.server.create(secret, 'another first');
  const read = (VersionStage: string) =>
    after.client.send(new GetSecretValueCommand({ SecretId: 'app', VersionStage }));
  expect((await read('AWSCURRENT')).SecretString).toBe('second');
  expect((await read('AWSPREVIOUS')).SecretString).toBe('first');
});

test.each([
  ['another page', { origin: 'http://evil.example' }],
  ['a page of this machine', { origin: 'http://127.0.0.1' }],
  ['a name that somebody made lead here', { host: 'evil.example' }],
])('%s is refused, whatever it asks', async (_, foreign) => {
  const { server } = await start();
  server.create(secret, 'first');
  const ask = (headers: Record<string, string>) =>
    new Promise<number | undefined>((resolve, reject) => {
      const request = http.request(server.url, {
        method: 'POST',
        headers: { 'x-amz-target': 'secretsmanager.GetSecretValue', ...headers },
      });
      request.once('error', reject).once('response', (answer) => resolve(answer.resume().statusCode));
      request.end('{"SecretId":"app"}');
    });
  expect(await ask({})).toBe(200);
  expect(await ask(foreign)).toBe(403);
});
