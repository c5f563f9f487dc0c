import { eventsOfCallbacks } from '#shared/observability/events-of-callbacks.ts';
import { createLog } from '#shared/observability/log-lines.ts';
import type { SecretName } from '#shared/world.ts';
import type { AwsCalls } from './aws-calls.ts';
import { createDynamodbItems } from './dynamodb-items.ts';
import { readMilliseconds, readVariable } from './environment.ts';
import { rememberingSecrets } from './read-secret.ts';
import { createWorkItemQueue } from './work-item-queue.ts';

const secretVariables = { leverApp: 'LEVER_APP_SECRET_ID', callbackKey: 'CALLBACK_KEY_SECRET_ID' } as const;

export const readGatherMs = (): number => readMilliseconds('GATHER_SECONDS');

/** What the function finds around it that takes Turn's callbacks. */
export const callbackWorld = ({ dynamodb, sqs, readSecretText }: AwsCalls) => {
  const readSecret = rememberingSecrets(readSecretText, Date.now);
  return {
    now: Date.now,
    table: createDynamodbItems(dynamodb, readVariable('TABLE_NAME')),
    secret: (name: SecretName) => readSecret(readVariable(secretVariables[name])),
    queues: { sync: createWorkItemQueue(sqs, () => readVariable('CHECK_UPDATES_QUEUE_URL')) },
    log: createLog(eventsOfCallbacks),
    config: {
      get gatherMs() {
        return readGatherMs();
      },
    },
  };
};
