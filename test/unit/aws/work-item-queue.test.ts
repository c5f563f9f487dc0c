import type { ChangeMessageVisibilityCommandInput, SendMessageCommandInput } from '@aws-sdk/client-sqs';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { createOwnQueue, createWorkItemQueue } from '#shared/aws/work-item-queue.ts';
import { parseAccount, parseMessage } from '#shared/edge/queue-handler.ts';
import { correlated } from '#shared/observability/correlation.ts';

const item = { accountId: 'acct_harborlight', opportunityId: '9d2f7c1a-0000-4000-8000-00000000abcd' };
const url = () => 'https://queue.example/q';

/** SQS, which keeps what was sent to it. */
const scene = () => {
  const sent: Partial<SendMessageCommandInput & ChangeMessageVisibilityCommandInput>[] = [];
  const keep = async (input: (typeof sent)[number]) => void sent.push(input);
  return { sent, sqs: { sendMessage: keep, changeMessageVisibility: keep } };
};

describe('a work item', () => {
  it('is sent as ids alone, grouped by account, and read again', async () => {
    const { sent, sqs } = scene();
    const withMore = { ...item, name: 'Ottilie Wren', email: 'ottilie.wren@mail.example' };
    await createWorkItemQueue(sqs, url)(withMore);
    expect(sent).toMatchObject([{ QueueUrl: 'https://queue.example/q', MessageGroupId: 'acct_harborlight' }]);
    expect(JSON.parse(sent[0]?.MessageBody ?? '')).toEqual(item);
    expect(parseMessage(sent[0]?.MessageBody ?? '')?.item).toEqual(item);
  });

  it('of maintenance is an account’s id alone', async () => {
    const { sent, sqs } = scene();
    const { accountId } = item;
    await createWorkItemQueue(sqs, url)({ accountId });
    expect(JSON.parse(sent[0]?.MessageBody ?? '')).toEqual({ accountId });
    expect(parseAccount(sent[0]?.MessageBody ?? '')?.item).toEqual({ accountId });
  });

  it('carries the id of the delivery that it comes from, if it comes from one', async () => {
    const { sent, sqs } = scene();
    const enqueue = createWorkItemQueue(sqs, url);
    await correlated('JKJaXmPLvHcESHA=', () => enqueue(item));
    await correlated('no id', () => enqueue(item));
    expect(sent.map(({ MessageBody = '' }) => parseMessage(MessageBody)?.correlationId)).toEqual([
      'JKJaXmPLvHcESHA=',
      undefined,
    ]);
  });
});

describe('a work item sent by a function that Lambda traces', () => {
  afterEach(() => void vi.unstubAllEnvs());

  it('carries the trace on, and one that is sent untraced none', async () => {
    const { sent, sqs } = scene();
    const header = 'Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8;Sampled=1';
    for (const each of ['', header]) {
      vi.stubEnv('_X_AMZN_TRACE_ID', each);
      await createWorkItemQueue(sqs, url)(item);
    }
    const traced = { AWSTraceHeader: { DataType: 'String', StringValue: header } };
    expect(sent.map(({ MessageSystemAttributes }) => MessageSystemAttributes)).toEqual([undefined, traced]);
  });
});

describe('the queue that a function consumes', () => {
  it('hides a message for as long as it is told', async () => {
    const { sent, sqs } = scene();
    await createOwnQueue(sqs, { url, deadLettersUrl: () => 'unused' }).changeVisibility('receipt-1', 90);
    expect(sent).toEqual([{ QueueUrl: 'https://queue.example/q', ReceiptHandle: 'receipt-1', VisibilityTimeout: 90 }]);
  });

  it('hands a message on to the dead letters as it came', async () => {
    const { sent, sqs } = scene();
    await createOwnQueue(sqs, { url, deadLettersUrl: () => 'https://queue.example/dead' }).sendToDeadLetters('{odd');
    expect(sent).toEqual([{ QueueUrl: 'https://queue.example/dead', MessageBody: '{odd' }]);
  });
});
