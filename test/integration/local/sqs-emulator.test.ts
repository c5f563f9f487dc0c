import { appendFileSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import {
  ChangeMessageVisibilityCommand,
  DeleteMessageBatchCommand,
  DeleteMessageCommand,
  GetQueueAttributesCommand,
  GetQueueUrlCommand,
  MessageNotInflight,
  PurgeQueueCommand,
  QueueDoesNotExist,
  ReceiptHandleIsInvalid,
  ReceiveMessageCommand,
  SendMessageBatchCommand,
  SendMessageCommand,
  type SendMessageCommandInput,
  SQSClient,
  TooManyEntriesInBatchRequest,
} from '@aws-sdk/client-sqs';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type Clock, openClock } from '#infra/local/clock.ts';
import { createQueue, type Queue, type QueueSettings } from '#infra/local/emulators/queue.ts';
import { noQueueLog, openQueueLog } from '#infra/local/emulators/queue-log.ts';
import { startSqsEmulator } from '#infra/local/emulators/sqs-emulator.ts';

const base: QueueSettings = {
  name: 'jobs',
  arn: 'arn:aws:sqs:eu-central-1:000000000000:jobs',
  visibilityTimeoutMs: 30_000,
  delayMs: 0,
  retentionMs: 345_600_000,
  receiveWaitMs: 0,
  redrive: undefined,
};

describe('the SQS emulator, asked by the AWS SDK', () => {
  let clock: Clock;
  let queue: Queue;
  let dead: Queue;
  let server: Awaited<ReturnType<typeof startSqsEmulator>>;
  let client: SQSClient;
  let QueueUrl: string;

  beforeEach(async () => {
    clock = openClock(undefined);
    dead = createQueue({ ...base, name: 'dead', arn: `${base.arn}-dead` }, clock.now, noQueueLog);
    queue = createQueue({ ...base, redrive: { to: dead, maxReceiveCount: 2 } }, clock.now, noQueueLog);
    server = await startSqsEmulator(() => [queue, dead], clock, 1);
    client = new SQSClient({
      endpoint: server.url,
      region: 'eu-central-1',
      credentials: { accessKeyId: 'a', secretAccessKey: 'b' },
    });
    QueueUrl = `${server.url}/000000000000/jobs`;
  });
  afterEach(async () => {
    client.destroy();
    await server.stop();
  });

  const send = (
    MessageBody: string,
    more: Pick<SendMessageCommandInput, 'DelaySeconds' | 'MessageGroupId' | 'MessageSystemAttributes'> = {},
  ) => client.send(new SendMessageCommand({ QueueUrl, MessageBody, ...more }));
  const receive = async (
    more: { MaxNumberOfMessages?: number; WaitTimeSeconds?: number; VisibilityTimeout?: number } = {},
  ) => {
    const { Messages = [] } = await client.send(
      new ReceiveMessageCommand({ QueueUrl, MessageSystemAttributeNames: ['All'], ...more }),
    );
    return Messages;
  };
  const advance = (seconds: number) => clock.advance(seconds * 1000);

  test('a message is received as it was sent, hidden for its visibility timeout, and gone once deleted', async () => {
    const { MessageId } = await send('{"name":"Ünal"}', { MessageGroupId: 'acct_a' });
    const [first] = await receive();
    expect(first).toMatchObject({
      MessageId,
      Body: '{"name":"Ünal"}',
      Attributes: { ApproximateReceiveCount: '1', MessageGroupId: 'acct_a' },
    });
    expect(await receive()).toEqual([]);
    advance(29);
    expect(await receive()).toEqual([]);
    advance(2);
    const [second] = await receive();
    expect(second?.Attributes?.['ApproximateReceiveCount']).toBe('2');
    await client.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle: second?.ReceiptHandle }));
    advance(31);
    expect(await receive()).toEqual([]);
    expect(queue.counts()).toEqual({ visible: 0, inFlight: 0, delayed: 0 });
  });

  test('deleting by a handle that is not the last one leaves the message', async () => {
    await send('kept');
    const [first] = await receive();
    advance(31);
    await receive();
    await client.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle: first?.ReceiptHandle }));
    expect(queue.counts().inFlight).toBe(1);
  });

  test('the header of a trace is given out with the message, and from the dead letters too', async () => {
    const AWSTraceHeader = { DataType: 'String', StringValue: 'Root=1-5759e988-bd862e3fe1be46a994272793;Sampled=1' };
    await send('traced', { MessageSystemAttributes: { AWSTraceHeader } });
    for (const _ of [1, 2]) {
      const [message] = await receive({ VisibilityTimeout: 0 });
      expect(message?.Attributes?.AWSTraceHeader).toBe(AWSTraceHeader.StringValue);
    }
    expect(await receive()).toEqual([]);
    expect(dead.receive(1)).toMatchObject([{ body: 'traced', traceHeader: AWSTraceHeader.StringValue }]);
  });

  test('a message received too often moves to the dead letters', async () => {
    await send('poison');
    for (const _ of [1, 2]) {
      expect(await receive()).toHaveLength(1);
      advance(31);
    }
    expect(await receive()).toEqual([]);
    expect(dead.counts().visible).toBe(1);
    expect(queue.counts().visible).toBe(0);
  });

  test('a delayed message shows up when its time has come, also to a long poll under way', async () => {
    await send('later', { DelaySeconds: 60 });
    expect(await receive()).toEqual([]);
    expect(queue.counts()).toEqual({ visible: 0, inFlight: 0, delayed: 1 });
    const poll = receive({ WaitTimeSeconds: 20 });
    advance(61);
    expect((await poll).map(({ Body }) => Body)).toEqual(['later']);
  });

  test('a long poll answers as soon as a message is sent', async () => {
    const poll = receive({ WaitTimeSeconds: 20 });
    await send('now');
    expect(await poll).toHaveLength(1);
  });

  test('a long poll whose client has gone takes no message', async () => {
    const gone = new AbortController();
    const poll = client.send(new ReceiveMessageCommand({ QueueUrl, WaitTimeSeconds: 20 }), {
      abortSignal: gone.signal,
    });
    await new Promise((resolve) => setTimeout(resolve, 100));
    gone.abort();
    await expect(poll).rejects.toThrow();
    await new Promise((resolve) => setTimeout(resolve, 100));
    await send('for the next one');
    expect(await receive()).toHaveLength(1);
  });

  test('visibility can be changed while in flight, and only then', async () => {
    await send('awaiting_reconnect');
    const [message] = await receive();
    const change = (VisibilityTimeout: number) =>
      client.send(
        new ChangeMessageVisibilityCommand({ QueueUrl, ReceiptHandle: message?.ReceiptHandle, VisibilityTimeout }),
      );
    await change(300);
    advance(200);
    expect(await receive()).toEqual([]);
    await change(0);
    await expect(change(10)).rejects.toThrow(MessageNotInflight);
    expect(await receive()).toHaveLength(1);
  });

  test('one group with many messages does not delay another', async () => {
    for (let index = 0; index < 50; index += 1) await send(`big ${index}`, { MessageGroupId: 'big' });
    await send('small', { MessageGroupId: 'small' });
    const bodies = (await receive({ MaxNumberOfMessages: 10 })).map(({ Body }) => Body);
    expect(bodies).toContain('small');
    expect(bodies.slice(0, 1)).toEqual(['big 0']);
  });

  test('a batch sends what is right and names what is wrong', async () => {
    const answer = await client.send(
      new SendMessageBatchCommand({
        QueueUrl,
        Entries: [
          { Id: 'a', MessageBody: 'fine' },
          { Id: 'b', MessageBody: '' },
          { Id: 'c', MessageBody: 'x', DelaySeconds: 9_999 },
        ],
      }),
    );
    expect(answer.Successful?.map(({ Id }) => Id)).toEqual(['a']);
    expect(answer.Failed?.map(({ Id, Code, SenderFault }) => [Id, Code, SenderFault])).toEqual([
      ['b', 'MissingParameter', true],
      ['c', 'InvalidParameterValue', true],
    ]);
    const [received] = await receive();
    const deletion = await client.send(
      new DeleteMessageBatchCommand({
        QueueUrl,
        Entries: [
          { Id: '1', ReceiptHandle: received?.ReceiptHandle },
          { Id: '2', ReceiptHandle: 'nonsense' },
        ],
      }),
    );
    expect(deletion.Successful).toEqual([{ Id: '1' }]);
    expect(deletion.Failed?.[0]?.Code).toBe('ReceiptHandleIsInvalid');
  });

  test('a batch of more than ten, a wrong handle and an unknown queue are refused with AWS’s own errors', async () => {
    const Entries = Array.from({ length: 11 }, (_, index) => ({ Id: `${index}`, MessageBody: 'x' }));
    await expect(client.send(new SendMessageBatchCommand({ QueueUrl, Entries }))).rejects.toThrow(
      TooManyEntriesInBatchRequest,
    );
    await expect(client.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle: 'nonsense' }))).rejects.toThrow(
      ReceiptHandleIsInvalid,
    );
    await expect(
      client.send(new SendMessageCommand({ QueueUrl: `${QueueUrl}-not`, MessageBody: 'x' })),
    ).rejects.toThrow(QueueDoesNotExist);
    const attributes = { trace: { DataType: 'String', StringValue: 'x' } };
    await expect(
      client.send(new SendMessageCommand({ QueueUrl, MessageBody: 'x', MessageAttributes: attributes })),
    ).rejects.toThrow();
  });

  test('counts, the address by name and purging', async () => {
    await send('one');
    const { Attributes } = await client.send(new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['All'] }));
    expect(Attributes).toMatchObject({ ApproximateNumberOfMessages: '1', QueueArn: base.arn, VisibilityTimeout: '30' });
    expect((await client.send(new GetQueueUrlCommand({ QueueName: 'jobs' }))).QueueUrl).toBe(QueueUrl);
    await client.send(new PurgeQueueCommand({ QueueUrl }));
    expect(await receive()).toEqual([]);
  });
});

describe('a queue with a log', () => {
  const journalFile = (): string => path.join(mkdtempSync(path.join(tmpdir(), 'lever-turn-queue-')), 'jobs.jsonl');
  const bodies = (queue: Queue) => queue.receive(10).map(({ body }) => body);

  test('holds after a kill exactly what was acknowledged and not deleted; what was in flight is visible again', () => {
    const file = journalFile();
    const before = createQueue(base, Date.now, openQueueLog(file));
    for (const body of ['deleted', 'in flight', 'waiting']) before.send(body, { groupId: 'acct_a' });
    const [first] = before.receive(2);
    before.delete(first?.receiptHandle ?? '');
    appendFileSync(file, '{"put":{"messageId":"cut o');

    const after = createQueue(base, Date.now, openQueueLog(file));
    expect(bodies(after)).toEqual(['in flight', 'waiting']);
    after.send('later', { groupId: 'acct_a' });
    expect(bodies(createQueue(base, Date.now, openQueueLog(file)))).toEqual(['in flight', 'waiting', 'later']);
  });

  test('forgets what is older than its retention', () => {
    let nowMs = Date.now();
    const queue = createQueue(base, () => nowMs, noQueueLog);
    queue.send('old', {});
    nowMs += base.retentionMs + 1;
    expect(bodies(queue)).toEqual([]);
  });

  test('keeps a held message in flight however much time passes', () => {
    let nowMs = Date.now();
    const queue = createQueue(base, () => nowMs, noQueueLog);
    queue.send('worked on', {});
    const release = queue.hold(queue.receive(1)[0]?.receiptHandle ?? '');
    nowMs += 3_600_000;
    expect(queue.counts()).toEqual({ visible: 0, inFlight: 1, delayed: 0 });
    release();
    expect(bodies(queue)).toEqual(['worked on']);
  });
});
