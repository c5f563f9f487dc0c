import {
  DeleteMessageBatchCommand,
  GetQueueAttributesCommand,
  GetQueueUrlCommand,
  ReceiveMessageCommand,
  SendMessageBatchCommand,
  type SQSClient,
} from '@aws-sdk/client-sqs';
import * as z from 'zod';
import { parseJson } from '#shared/http/parse-json.ts';
import { CommandFault } from './stack.ts';

const policySchema = z.object({ deadLetterTargetArn: z.string() });

/**
 * Moves a queue's dead letters back into it, for their accounts' turn as before: as many as there are at the start, so that
 * one which is refused at once is not moved round and round. Sent first and deleted then: after a crash a work item comes
 * twice, which does nothing more, but none is lost.
 */
export const redrive = async (sqs: SQSClient, queueUrl: string): Promise<string[]> => {
  const deadUrl = await deadLettersOf(sqs, queueUrl);
  const { Attributes = {} } = await sqs.send(
    new GetQueueAttributesCommand({ QueueUrl: deadUrl, AttributeNames: ['ApproximateNumberOfMessages'] }),
  );
  const atStart = Number(Attributes['ApproximateNumberOfMessages'] ?? 0);
  let moved = 0;
  while (moved < atStart) {
    const { Messages = [] } = await sqs.send(
      new ReceiveMessageCommand({
        QueueUrl: deadUrl,
        MaxNumberOfMessages: Math.min(10, atStart - moved),
        WaitTimeSeconds: 5,
        MessageSystemAttributeNames: ['MessageGroupId'],
      }),
    );
    if (Messages.length === 0) break;
    const { Failed: unsent = [] } = await sqs.send(
      new SendMessageBatchCommand({
        QueueUrl: queueUrl,
        Entries: Messages.map(({ Body, Attributes: { MessageGroupId } = {} }, index) => ({
          Id: String(index),
          MessageBody: Body,
          ...(MessageGroupId !== undefined && { MessageGroupId }),
        })),
      }),
    );
    const failed = new Set(unsent.map(({ Id }) => Id));
    const sent = Messages.map(({ ReceiptHandle }, index) => ({ Id: String(index), ReceiptHandle })).filter(
      ({ Id }) => !failed.has(Id),
    );
    if (sent.length > 0) await sqs.send(new DeleteMessageBatchCommand({ QueueUrl: deadUrl, Entries: sent }));
    moved += sent.length;
    if (failed.size > 0) {
      throw new CommandFault(`SQS took ${moved} of ${atStart} (${unsent[0]?.Code}): run the command once more.`);
    }
  }
  return [atStart === 0 ? 'There are no dead letters.' : `${moved} of ${atStart} dead letters are back in the queue.`];
};

const deadLettersOf = async (sqs: SQSClient, QueueUrl: string): Promise<string> => {
  const { Attributes = {} } = await sqs.send(
    new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['RedrivePolicy'] }),
  );
  const { deadLetterTargetArn } = policySchema.parse(parseJson(Attributes['RedrivePolicy'] ?? ''));
  const QueueName = deadLetterTargetArn.split(':').at(-1);
  const { QueueUrl: found } = await sqs.send(new GetQueueUrlCommand({ QueueName }));
  return z.string().parse(found);
};
