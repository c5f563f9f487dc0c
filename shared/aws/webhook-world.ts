import { randomUUID } from 'node:crypto';
import { eventsOfWebhooks } from '#shared/observability/events-of-webhooks.ts';
import { createLog } from '#shared/observability/log-lines.ts';
import { createFieldCipher, type FieldCipher } from '#shared/stores/field-cipher.ts';
import type { AwsCalls, ReadSecretText } from './aws-calls.ts';
import { createDynamodbItems } from './dynamodb-items.ts';
import { readVariable } from './environment.ts';
import { createSecretsKeyRing } from './secrets-key-ring.ts';
import { createWorkItemQueue } from './work-item-queue.ts';

/** A cipher under the key ring in the secret that a variable names. */
export const cipherOf = (readSecretText: ReadSecretText, variable: string): FieldCipher =>
  createFieldCipher(createSecretsKeyRing(readSecretText, () => readVariable(variable), Date.now));

/** What the function finds around it that takes Lever's webhooks. */
export const webhookWorld = ({ dynamodb, sqs, readSecretText }: AwsCalls) => ({
  now: Date.now,
  newId: randomUUID,
  table: createDynamodbItems(dynamodb, readVariable('TABLE_NAME')),
  webhookCipher: cipherOf(readSecretText, 'WEBHOOK_KEY_SECRET_ID'),
  queues: { decision: createWorkItemQueue(sqs, () => readVariable('STAGE_CHANGES_QUEUE_URL')) },
  log: createLog(eventsOfWebhooks),
});
