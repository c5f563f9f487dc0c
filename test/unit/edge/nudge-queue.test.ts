import type { SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createNudgeQueue, readNudge } from '#shared/edge/nudge-queue.ts';

const nudge = { accountId: 'acct_harborlight', opportunityId: '9d2f7c1a-0000-4000-8000-00000000abcd' };

describe('a nudge', () => {
  it('is sent as ids alone, grouped by account, and read again', async () => {
    const sent: SendMessageCommand['input'][] = [];
    const client = { send: async (command: SendMessageCommand) => void sent.push(command.input) };
    const withMore = { ...nudge, name: 'Ottilie Wren', email: 'ottilie.wren@mail.example' };
    await createNudgeQueue(client as unknown as SQSClient, 'https://queue.example/q')(withMore);
    expect(sent).toMatchObject([{ QueueUrl: 'https://queue.example/q', MessageGroupId: 'acct_harborlight' }]);
    expect(JSON.parse(sent[0]?.MessageBody ?? '')).toEqual(nudge);
    expect(readNudge(sent[0]?.MessageBody ?? '')).toEqual(nudge);
  });

  it('is not read out of anything else', () => {
    const bodies = ['', 'text', 'null', '[]', '{}', '{"accountId":"a"}', '{"accountId":"","opportunityId":"o"}'];
    for (const body of [...bodies, '{"accountId":"a","opportunityId":"../x"}', '{"accountId":1,"opportunityId":"o"}']) {
      expect(readNudge(body)).toBeNull();
    }
    fc.assert(
      fc.property(fc.oneof(fc.json(), fc.string()), (body) => {
        readNudge(body);
      }),
    );
  });
});
