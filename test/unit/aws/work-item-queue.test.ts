import type { ChangeMessageVisibilityCommand, SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { describe, expect, it } from 'vitest';
import { createOwnQueue, createWorkItemQueue } from '#shared/aws/work-item-queue.ts';
import { parseWorkItem } from '#shared/edge/queue-handler.ts';

const item = { accountId: 'acct_harborlight', opportunityId: '9d2f7c1a-0000-4000-8000-00000000abcd' };
const url = () => 'https://queue.example/q';

/** SQS, which keeps what was sent to it. */
const scene = () => {
  const sent: (SendMessageCommand['input'] & ChangeMessageVisibilityCommand['input'])[] = [];
  const send = async ({ input }: { input: (typeof sent)[number] }) => void sent.push(input);
  return { sent, client: { send } as unknown as SQSClient };
};

describe('a work item', () => {
  it('is sent as ids alone, grouped by account, and read again', async () => {
    const { sent, client } = scene();
    const withMore = { ...item, name: 'Ottilie Wren', email: 'ottilie.wren@mail.example' };
    await createWorkItemQueue(client, url)(withMore);
    expect(sent).toMatchObject([{ QueueUrl: 'https://queue.example/q', MessageGroupId: 'acct_harborlight' }]);
    expect(JSON.parse(sent[0]?.MessageBody ?? '')).toEqual(item);
    expect(parseWorkItem(sent[0]?.MessageBody ?? '')).toEqual(item);
  });
});

describe('the queue that a function consumes', () => {
  it('hides a message for as long as it is told', async () => {
    const { sent, client } = scene();
    await createOwnQueue(client, { url, deadLettersUrl: () => 'unused' }).changeVisibility('receipt-1', 90);
    expect(sent).toEqual([{ QueueUrl: 'https://queue.example/q', ReceiptHandle: 'receipt-1', VisibilityTimeout: 90 }]);
  });

  it('hands a message on to the dead letters as it came', async () => {
    const { sent, client } = scene();
    await createOwnQueue(client, { url, deadLettersUrl: () => 'https://queue.example/dead' }).sendToDeadLetters('{odd');
    expect(sent).toEqual([{ QueueUrl: 'https://queue.example/dead', MessageBody: '{odd' }]);
  });
});
