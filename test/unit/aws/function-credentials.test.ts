import { createServer } from 'node:http';
import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { afterEach, beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { listenOnLoopback } from '#infra/local/listen.ts';
import { defaultProvider } from '#shared/aws/function-credentials.ts';

const variables = [
  'AWS_ACCESS_KEY_ID',
  'AWS_SECRET_ACCESS_KEY',
  'AWS_SESSION_TOKEN',
  'AWS_CONTAINER_CREDENTIALS_FULL_URI',
];

/** A call by a client of the SDK, as it was signed. */
const call = async () => {
  const signed: { authorization: string | undefined; token: unknown }[] = [];
  const server = createServer(({ headers }, response) => {
    signed.push({ authorization: headers.authorization, token: headers['x-amz-security-token'] });
    response.setHeader('content-type', 'application/x-amz-json-1.1').end('{"SecretString":"there"}');
  });
  const { url, stop } = await listenOnLoopback(server, 0);
  onTestFinished(stop);
  const client = new SecretsManagerClient({
    region: 'us-east-1',
    endpoint: url,
    credentialDefaultProvider: defaultProvider,
  });
  onTestFinished(() => client.destroy());
  await client.send(new GetSecretValueCommand({ SecretId: 'one' }));
  return signed;
};

describe('the credentials of the SDK in a function', () => {
  beforeEach(() => {
    for (const name of variables) vi.stubEnv(name, '');
  });
  afterEach(() => vi.unstubAllEnvs());

  it('are those of its environment', async () => {
    vi.stubEnv('AWS_ACCESS_KEY_ID', 'AKIDEXAMPLE');
    vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'secret');
    vi.stubEnv('AWS_SESSION_TOKEN', 'session');
    expect(await call()).toEqual([
      { authorization: expect.stringContaining('Credential=AKIDEXAMPLE/'), token: 'session' },
    ]);
  });

  it('are missed in words', async () => {
    await expect(call()).rejects.toThrow('The function has no credentials.');
  });
});
