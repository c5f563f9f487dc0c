import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { SendMessageBatchCommand, SQSClient } from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type LocalStack, startLocalStack } from '#infra/local/local-stack.ts';
import { writeFixtureAssembly } from './fixture-assembly.ts';

const vendors = {
  leverApiUrl: 'http://127.0.0.1:9/v1',
  leverAuthUrl: 'http://127.0.0.1:9',
  turnApiUrl: 'http://127.0.0.1:9/v1',
};

describe('the local stack on a small template', () => {
  const lines: string[] = [];
  let stack: LocalStack;
  let api: string;

  beforeAll(async () => {
    stack = await startLocalStack({
      assemblyFolder: writeFixtureAssembly(),
      ...vendors,
      log: (line) => lines.push(line),
    });
    api = stack.ready.api;
  });
  afterAll(() => stack.stop());

  const post = (route: string, body?: string, headers: Record<string, string> = {}) =>
    fetch(`${api}${route}`, { method: 'POST', headers, ...(body === undefined ? {} : { body }) });
  const environment = async (): Promise<Record<string, string>> =>
    (await (await fetch(`${api}/environment`)).json()) as Record<string, string>;

  test('says what is ready, without sandboxes where others serve', () => {
    expect(stack.ready).toEqual({ ready: true, api, accounts: [] });
  });

  test('an unknown route is 404, as an HTTP API says it', async () => {
    for (const answer of [await fetch(`${api}/echo`), await post('/echo/a/b'), await fetch(`${api}/echo/a`)]) {
      expect([answer.status, await answer.json()]).toEqual([404, { message: 'Not Found' }]);
    }
  });

  test('a function gets payload 2.0 and its answer is sent on', async () => {
    const answer = await post('/echo/J%C3%BCrgen?a=1&a=2&b=%20', '{"x":"ü"}', {
      'content-type': 'application/json',
      'X-Own': 'Value',
    });
    expect([answer.status, answer.headers.get('x-seen')]).toEqual([207, 'yes']);
    expect(await answer.json()).toMatchObject({
      version: '2.0',
      routeKey: 'POST /echo/{name}',
      rawQueryString: 'a=1&a=2&b=%20',
      queryStringParameters: { a: '1,2', b: ' ' },
      pathParameters: { name: 'Jürgen' },
      headers: { 'x-own': 'Value' },
      requestContext: { http: { method: 'POST' }, stage: '$default' },
      body: '{"x":"ü"}',
      isBase64Encoded: false,
    });
  });

  test('a body that is not text arrives as base64', async () => {
    const answer = await post('/echo/a', 'a=1', { 'content-type': 'application/x-www-form-urlencoded' });
    expect(await answer.json()).toMatchObject({ isBase64Encoded: true, body: Buffer.from('a=1').toString('base64') });
  });

  test.each(['/fault', '/crash', '/slow', '/crash'])('%s is 500 without detail', async (route) => {
    const answer = await post(route);
    expect([answer.status, await answer.json()]).toEqual([500, { message: 'Internal Server Error' }]);
  });

  test('a thrown error, a crash and a timeout are logged', () => {
    expect(lines.join('\n')).toMatch(/Fault Error: a bug/);
    expect(lines.join('\n')).toMatch(/Crash Runtime.ExitError: .* exit status 3/);
    expect(lines.join('\n')).toMatch(/Slow Sandbox.Timedout: Task timed out after 1.00 seconds/);
  });

  test('an environment holds the template’s variables and Lambda’s own, and nothing of the runner’s', async () => {
    process.env['SECRET_OF_THE_RUNNER'] = 'x';
    const variables = await environment();
    expect(variables).toMatchObject({
      TABLE_NAME: 'Table',
      WAIT_SECONDS: '120',
      API_URL: api,
      AWS_LAMBDA_FUNCTION_NAME: 'Environment',
    });
    expect(variables).not.toHaveProperty('SECRET_OF_THE_RUNNER');
  });

  test('a message that fails alone is tried again after its visibility timeout, then dead; the others are done', async () => {
    const { AWS_ENDPOINT_URL_SQS: endpoint = '' } = await environment();
    const client = new SQSClient({
      endpoint,
      region: 'eu-central-1',
      credentials: { accessKeyId: 'a', secretAccessKey: 'b' },
    });
    const Entries = ['good', 'bad', 'good too'].map((MessageBody, index) => ({ Id: `${index}`, MessageBody }));
    await client.send(new SendMessageBatchCommand({ QueueUrl: `${endpoint}/000000000000/Jobs`, Entries }));
    client.destroy();
    const jobs = async () => (await stack.state()).queues['Jobs'];
    const workerRuns = async () => (await stack.state()).idle;
    await expect.poll(jobs).toEqual({ visible: 0, inFlight: 1, delayed: 0, dead: 0 });
    expect(await workerRuns()).toBe(false);
    await stack.advanceClock(61);
    await expect.poll(jobs).toEqual({ visible: 0, inFlight: 1, delayed: 0, dead: 0 });
    await new Promise((resolve) => setTimeout(resolve, 500));
    await stack.advanceClock(61);
    await expect.poll(jobs).toEqual({ visible: 0, inFlight: 0, delayed: 0, dead: 1 });
  });

  test('time that is made to pass reaches a function that is running', async () => {
    let isAnswered = false;
    const answer = fetch(`${api}/clock`).finally(() => (isAnswered = true));
    // Nobody sees from outside when the function reads the time first: an hour passes again until one has passed while it ran.
    while (!isAnswered) {
      await post('/local/clock', '{"advanceSeconds": 3600}');
      await new Promise((resolve) => setTimeout(resolve, 500));
    }
    const { passedMs } = (await (await answer).json()) as { passedMs: number };
    expect(passedMs).toBeGreaterThanOrEqual(3_600_000);
  });

  test('a schedule fires at start, when its time has come, and when it is told to', async () => {
    const ticks = async () => (await stack.state()).queues['Ticks']?.visible ?? 0;
    expect(await ticks()).toBeGreaterThanOrEqual(1);
    // One that is under way keeps the next from firing, and the time that passed above has fired one: this waits for it.
    expect((await post('/local/sweep')).status).toBe(200);
    const before = await ticks();
    await stack.advanceClock(3_601);
    await expect.poll(ticks).toBe(before + 1);
    expect((await post('/local/sweep')).status).toBe(200);
    expect(await ticks()).toBe(before + 2);
  });

  test('a clock request that is not understood is refused', async () => {
    expect((await post('/local/clock', '{"advanceSeconds": -1}')).status).toBe(400);
    expect((await post('/local/clock', 'throttled')).status).toBe(400);
    expect((await fetch(`${api}/local/other`)).status).toBe(404);
  });
});

test('waiting times are divided by the time scale, and what is kept survives a restart', async () => {
  const options = {
    assemblyFolder: writeFixtureAssembly(),
    ...vendors,
    dataDir: mkdtempSync(path.join(tmpdir(), 'lever-turn-data-')),
    timeScale: 60,
    log: () => undefined,
  };
  const before = await startLocalStack(options);
  const variables = (await (await fetch(`${before.ready.api}/environment`)).json()) as Record<string, string>;
  expect(variables['WAIT_SECONDS']).toBe('2');
  await before.advanceClock(86_400);
  const ticks = (await before.state()).queues['Ticks']?.visible ?? 0;
  expect(ticks).toBeGreaterThanOrEqual(1);
  await before.stop();
  const after = await startLocalStack(options);
  expect((await after.state()).queues['Ticks']?.visible).toBeGreaterThan(ticks);
  await after.stop();
});

test('a template with something unknown does not start, and leaves nothing behind', async () => {
  const assemblyFolder = writeFixtureAssembly({ Bucket: { Type: 'AWS::S3::Bucket' } });
  await expect(startLocalStack({ assemblyFolder, ...vendors, log: () => undefined })).rejects.toThrow(
    /AWS::S3::Bucket/,
  );
});
