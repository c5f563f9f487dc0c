import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { SignatureV4 } from '@smithy/signature-v4';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { listenOnLoopback } from '#infra/local/listen.ts';
import { createExchange } from '#shared/aws/exchange.ts';
import { secretsBySigner, sqsBySigner } from '#shared/aws/signed-calls.ts';
import { createSignedClient } from '#shared/aws/signed-client.ts';

type Answering = (response: ServerResponse, request: IncomingMessage, body: string) => void;

/** A client of a service that answers so, one request after another, the last for ever. */
const scene = async (answers: Answering[], given: Record<string, string> = {}) => {
  const requests: { headers: IncomingMessage['headers']; path: string | undefined; port: number | undefined }[] = [];
  const waits: number[] = [];
  const server = createServer((request, response) => {
    let body = '';
    request.on('data', (part) => {
      body += part;
    });
    request.on('end', () => {
      const { headers, url: path, socket } = request;
      const answer = answers[Math.min(requests.length, answers.length - 1)];
      requests.push({ headers, path, port: socket.remotePort });
      answer?.(response, request, body);
    });
  });
  const { url, stop } = await listenOnLoopback(server, 0);
  onTestFinished(stop);
  let time = Date.parse('2026-03-02T09:00:00Z');
  const keys = { AWS_ACCESS_KEY_ID: 'AKIDEXAMPLE', AWS_SECRET_ACCESS_KEY: 'secret' };
  const client = createSignedClient('secretsmanager', {
    exchange: createExchange(),
    environment: {
      AWS_REGION: 'us-east-1',
      AWS_ENDPOINT_URL_SECRETS_MANAGER: url,
      ...(Object.keys(given).length === 0 ? keys : { ...given, AWS_CONTAINER_CREDENTIALS_FULL_URI: `${url}/keys` }),
    },
    now: () => time,
    random: () => 1,
    sleep: async (ms) => void waits.push(ms),
  });
  const passTime = (ms: number): void => {
    time += ms;
  };
  return { client, requests, waits, server, passTime };
};

const ok: Answering = (response) => void response.end('{"SecretString":"there"}');
const fault =
  (status: number, type: string, headers: Record<string, string> = {}): Answering =>
  (response) =>
    void response
      .writeHead(status, headers)
      .end(JSON.stringify({ __type: `com.amazonaws.secretsmanager#${type}`, message: 'Nobody may read "secret".' }));
const broken: Answering = (response) => void response.destroy();
const ask = { SecretId: 'one' };

describe('the small client of AWS', () => {
  it('signs what it asks, as AWS’s own signer does', async () => {
    const sign = vi.spyOn(SignatureV4.prototype, 'sign');
    const { client, requests } = await scene([ok]);
    expect(await client('GetSecretValue', ask)).toEqual({ SecretString: 'there' });
    expect(sign).toHaveBeenCalledTimes(1);
    expect(requests).toHaveLength(1);
    const { authorization, ...headers } = requests[0]?.headers ?? {};
    expect(headers).toMatchObject({
      'x-amz-target': 'secretsmanager.GetSecretValue',
      'content-type': 'application/x-amz-json-1.1',
      'x-amz-date': '20260302T090000Z',
    });
    expect(authorization).toMatch(
      /^AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE\/20260302\/us-east-1\/secretsmanager\/aws4_request, SignedHeaders=[\w;-]*host[\w;-]*, Signature=[0-9a-f]{64}$/u,
    );
  });

  it.each([
    [500, 'InternalServiceError'],
    [503, 'ServiceUnavailable'],
    [429, 'Whatever'],
    [400, 'ThrottlingException'],
    [400, 'ProvisionedThroughputExceededException'],
  ])('asks again after %i %s, waiting longer each time', async (status, type) => {
    const { client, requests, waits } = await scene([fault(status, type), fault(status, type), ok]);
    expect(await client('GetSecretValue', ask)).toEqual({ SecretString: 'there' });
    expect(requests).toHaveLength(3);
    expect(waits[1]).toBe((waits[0] ?? 0) * 2);
  });

  it('asks again where the line broke, and gives up after four times', async () => {
    const { client, requests } = await scene([broken, broken, broken, broken]);
    await expect(client('GetSecretValue', ask)).rejects.toMatchObject({ code: 'ECONNRESET' });
    expect(requests).toHaveLength(4);
  });

  it('does not ask again what is wrong with its own request, and quotes nothing of the answer', async () => {
    const { client, requests } = await scene([fault(400, 'ResourceNotFoundException')]);
    const error: unknown = await client('GetSecretValue', ask).catch((refusal: unknown) => refusal);
    expect(error).toMatchObject({ name: 'ResourceNotFoundException', message: 'AWS answered 400.' });
    expect(requests).toHaveLength(1);
  });

  it('goes by AWS’s clock where its own is wrong, at once and from then on', async () => {
    const later = { date: 'Mon, 02 Mar 2026 09:20:00 GMT' };
    const { client, requests, waits } = await scene([fault(400, 'RequestTimeTooSkewed', later), ok]);
    expect(await client('GetSecretValue', ask)).toEqual({ SecretString: 'there' });
    await client('GetSecretValue', ask);
    expect(requests.map(({ headers }) => headers['x-amz-date'])).toEqual([
      '20260302T090000Z',
      '20260302T092000Z',
      '20260302T092000Z',
    ]);
    expect(waits).toEqual([]);
  });

  it('does not take a wrong key for a wrong clock', async () => {
    const now = { date: 'Mon, 02 Mar 2026 09:00:01 GMT' };
    const { client, requests } = await scene([fault(400, 'InvalidSignatureException', now)]);
    await expect(client('GetSecretValue', ask)).rejects.toMatchObject({ name: 'InvalidSignatureException' });
    expect(requests).toHaveLength(1);
  });

  it('keeps its connection, and loses nothing where that was closed while it was frozen', async () => {
    const { client, requests, waits, server } = await scene([ok]);
    await client('GetSecretValue', ask);
    await client('GetSecretValue', ask);
    expect(new Set(requests.map(({ port }) => port)).size).toBe(1);
    // Frozen: nothing of the closing is heard before the next request is on its way.
    server.closeAllConnections();
    expect(await client('GetSecretValue', ask)).toEqual({ SecretString: 'there' });
    expect(requests).toHaveLength(3);
    expect(waits).toEqual([]);
  });

  it('takes credentials from the endpoint that its environment names, until shortly before they end', async () => {
    const keys: Answering = (response) =>
      void response.end(
        JSON.stringify({
          AccessKeyId: 'AKIDLENT',
          SecretAccessKey: 'lent',
          Token: 'session',
          Expiration: '2026-03-02T10:00:00Z',
        }),
      );
    const { client, requests, passTime } = await scene([keys, ok, ok, keys, ok], {
      AWS_CONTAINER_AUTHORIZATION_TOKEN: 'may-ask',
    });
    await client('GetSecretValue', ask);
    await client('GetSecretValue', ask);
    passTime(56 * 60_000);
    await client('GetSecretValue', ask);
    expect(requests.map(({ path }) => path)).toEqual(['/keys', '/', '/', '/keys', '/']);
    expect(requests[0]?.headers.authorization).toBe('may-ask');
    expect(requests[1]?.headers['x-amz-security-token']).toBe('session');
    expect(requests[1]?.headers.authorization).toContain('Credential=AKIDLENT/');
  });

  it('asks for them with what a file holds, where its environment names one', async () => {
    const folder = mkdtempSync(path.join(tmpdir(), 'token-'));
    onTestFinished(() => rmSync(folder, { recursive: true }));
    const file = path.join(folder, 'token');
    writeFileSync(file, 'of-the-file\n');
    const { client, requests } = await scene([fault(403, 'Forbidden')], {
      AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE: file,
      AWS_CONTAINER_AUTHORIZATION_TOKEN: 'of-the-environment',
    });
    await expect(client('GetSecretValue', ask)).rejects.toThrow();
    expect(requests[0]?.headers.authorization).toBe('of-the-file');
  });

  it('says that it has no credentials', async () => {
    const client = createSignedClient('sqs', {
      exchange: async () => Promise.reject(new Error('Nobody should be asked.')),
      environment: { AWS_REGION: 'us-east-1' },
      now: Date.now,
      random: Math.random,
      sleep: async () => {},
    });
    await expect(client('SendMessage', {})).rejects.toThrow('The function has no credentials.');
  });

  it.each(['', '{}', '<html>Welcome</html>'])(
    'does not take a message for sent where the answer is %j',
    async (said) => {
      const { client } = await scene([(response) => void response.end(said)]);
      await expect(sqsBySigner(client).sendMessage({ QueueUrl: 'q', MessageBody: 'm' })).rejects.toThrow(
        'another shape',
      );
    },
  );

  it('refuses a secret without a text', async () => {
    const { client } = await scene([(response) => void response.end('{}')]);
    await expect(secretsBySigner(client)('one')).rejects.toThrow('has another shape');
  });
});
