import type { ChangeMessageVisibilityCommand, SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { createQueue, type Queue } from '#infra/local/emulators/queue.ts';
import { noQueueLog } from '#infra/local/emulators/queue-log.ts';
import type { Environment } from './environment.ts';
import type { Faults } from './faults.ts';

const fourteenDaysMs = 14 * 86_400_000;

export type QueueName = 'stage-changes' | 'check-updates' | 'accounts-due';
export type WorkQueue = { readonly name: QueueName; readonly queue: Queue; readonly deadLetters: Queue };

/** A queue of the service with its dead letters, as the template makes them: the very model behind the local SQS. */
export const createWorkQueue = (name: QueueName, now: () => number, newId: () => string): WorkQueue => {
  const settings = (queueName: string) => ({
    name: queueName,
    arn: `arn:aws:sqs:us-east-1:000000000000:${queueName}`,
    visibilityTimeoutMs: name === 'accounts-due' ? 720_000 : 360_000,
    delayMs: 0,
    retentionMs: fourteenDaysMs,
    receiveWaitMs: 0,
    redrive: undefined,
  });
  const deadLetters = createQueue(settings(`${name}-dead`), now, noQueueLog, newId);
  const redrive = { to: deadLetters, maxReceiveCount: 5 };
  return { name, deadLetters, queue: createQueue({ ...settings(name), redrive }, now, noQueueLog, newId) };
};

/** As the SDK says it of SQS. */
const queueError = (name: string): Error => Object.assign(new Error('The queue did not answer.'), { name });

/** SQS as one environment sees it, for the commands that the product sends. `QueueUrl` is the queue's name here. */
export const sqsFor = (
  queues: readonly WorkQueue[],
  environment: Environment,
  faults: Faults,
  watch: { onMessage(queue: string, body: string): void },
): SQSClient => {
  const queueNamed = (url: string | undefined): Queue => {
    for (const { queue, deadLetters } of queues)
      for (const each of [queue, deadLetters]) if (each.settings.name === url) return each;
    throw queueError('QueueDoesNotExist');
  };
  const send = async (command: SendMessageCommand | ChangeMessageVisibilityCommand): Promise<unknown> => {
    const { input } = command;
    const point = `${'MessageBody' in input ? 'send' : 'hide'} ${input.QueueUrl}`;
    const effect = (): void => {
      const queue = queueNamed(input.QueueUrl);
      if ('MessageBody' in input) {
        const { MessageBody: body = '', MessageGroupId: groupId, DelaySeconds: delaySeconds = 0 } = input;
        const traceHeader = input.MessageSystemAttributes?.AWSTraceHeader?.StringValue;
        watch.onMessage(queue.settings.name, body);
        const late = faults.strikes('message late', point) ? lateMs(body) : 0;
        queue.send(body, { groupId, delayMs: delaySeconds * 1_000 + late, traceHeader });
        if (faults.strikes('message twice', point))
          queue.send(body, { groupId, delayMs: delaySeconds * 1_000 + 2_000 });
      } else if ('VisibilityTimeout' in input) {
        const isInFlight = queue.changeVisibility(input.ReceiptHandle ?? '', (input.VisibilityTimeout ?? 0) * 1000);
        if (!isInFlight) throw queueError('MessageNotInflight');
      }
    };
    return environment.call(point, {
      effect: () => effect(),
      refused: faults.strikes('queue refuses', point) ? { error: queueError('ServiceUnavailable') } : undefined,
      answerLost: faults.strikes('queue answer lost', point)
        ? { error: queueError('TimeoutError'), afterMs: 3_000 }
        : undefined,
    });
  };
  return { send } as unknown as SQSClient;
};

/** Some seconds to some hours, other for other messages. */
const lateMs = (body: string): number => [4_000, 40_000, 900_000, 7_200_000][body.length % 4] ?? 0;
