import * as z from 'zod';
import { AwsError } from './aws-json-server.ts';
import type { Queue } from './queue.ts';

/** SQS's limit for a body, and for the bodies of a batch together. */
export const maxBodyBytes = 1_048_576;

const batchInput = z.object({ Entries: z.array(z.looseObject({ Id: z.string().regex(/^[\w-]{1,80}$/) })) });

type BatchAnswer = { Successful: object[]; Failed: object[] };

/** SQS's error for a parameter that is there but wrong. */
export const invalidParameter = (message: string): AwsError =>
  new AwsError('InvalidParameterValue', message, 'InvalidParameterValue');

/** Runs a batch request entry by entry; what is wrong with one fails that one, what is wrong with the batch fails all. */
export const runBatch = (queue: Queue, input: unknown, act: (queue: Queue, entry: unknown) => object): BatchAnswer => {
  const { Entries } = batchInput.parse(input);
  const ids = new Set(Entries.map(({ Id }) => Id));
  if (Entries.length === 0) throw batchError('EmptyBatchRequest', 'There should be at least one entry in the request.');
  if (Entries.length > 10)
    throw batchError(
      'TooManyEntriesInBatchRequest',
      `Maximum number of entries per request are 10. You have sent ${Entries.length}.`,
    );
  if (ids.size < Entries.length)
    throw batchError('BatchEntryIdsNotDistinct', 'Two or more batch entries in the request have the same Id.');
  const bytes = Entries.reduce(
    (sum, { MessageBody }) => sum + Buffer.byteLength(typeof MessageBody === 'string' ? MessageBody : ''),
    0,
  );
  if (bytes > maxBodyBytes)
    throw batchError(
      'BatchRequestTooLong',
      `Batch requests cannot be longer than ${maxBodyBytes} bytes. You have sent ${bytes} bytes.`,
    );
  const answer: BatchAnswer = { Successful: [], Failed: [] };
  for (const entry of Entries) {
    try {
      answer.Successful.push({ Id: entry.Id, ...act(queue, entry) });
    } catch (error) {
      const known = error instanceof z.ZodError ? invalidParameter(z.prettifyError(error)) : error;
      if (!(known instanceof AwsError)) throw error;
      answer.Failed.push({
        Id: entry.Id,
        Code: known.queryCode ?? known.type,
        Message: known.message,
        SenderFault: true,
      });
    }
  }
  return answer;
};

const batchError = (type: string, message: string): AwsError =>
  new AwsError(type, message, `AWS.SimpleQueueService.${type}`);
