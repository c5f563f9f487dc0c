import { SendMessageCommand, type SQSClient } from '@aws-sdk/client-sqs';
import * as z from 'zod';
import type { Nudge, SendNudge } from '#shared/domain/nudge.ts';
import { parseJson } from '#shared/http/parse-json.ts';

const nudgeSchema: z.ZodType<Nudge> = z.object({
  accountId: z.string().min(1).max(100),
  opportunityId: z.string().regex(/^[A-Za-z0-9-]{1,64}$/u),
});

/** The nudge in a message's body, or null where it holds none. */
export const readNudge = (body: string): Nudge | null => nudgeSchema.safeParse(parseJson(body)).data ?? null;

/** Sends to one queue. The account is the message group, so that a busy account does not delay the others (fair queues). */
export const createNudgeQueue =
  (client: SQSClient, queueUrl: string): SendNudge =>
  async ({ accountId, opportunityId }) => {
    await client.send(
      new SendMessageCommand({
        QueueUrl: queueUrl,
        MessageBody: JSON.stringify({ accountId, opportunityId }),
        MessageGroupId: accountId,
      }),
    );
  };
