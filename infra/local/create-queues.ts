import path from 'node:path';
import type { QueueDefinition } from './assembly/plan.ts';
import { createQueue, type Queue } from './emulators/queue.ts';
import { noQueueLog, openQueueLog } from './emulators/queue-log.ts';
import { StartFault } from './start-fault.ts';

type QueueOptions = { now(): number; timeScale: number; dataDir: string | undefined };

/** Creates the template's queues, dead-letter queues wired to those they serve; timeouts and delays divided by the time scale. */
export const createQueues = (
  definitions: readonly QueueDefinition[],
  { now, timeScale, dataDir }: QueueOptions,
): Queue[] => {
  const created = new Map<string, Queue>();

  const create = ({ name, arn, properties }: QueueDefinition): Queue => {
    const existing = created.get(arn);
    if (existing !== undefined) return existing;
    const log = dataDir === undefined ? noQueueLog : openQueueLog(path.join(dataDir, `${name}.queue.jsonl`));
    const { RedrivePolicy } = properties;
    const settings = {
      name,
      arn,
      visibilityTimeoutMs: (properties.VisibilityTimeout * 1000) / timeScale,
      delayMs: (properties.DelaySeconds * 1000) / timeScale,
      receiveWaitMs: properties.ReceiveMessageWaitTimeSeconds * 1000,
      // Not divided: a message must not get lost because somebody is in a hurry.
      retentionMs: properties.MessageRetentionPeriod * 1000,
      redrive: RedrivePolicy && {
        to: create(definitionOf(RedrivePolicy.deadLetterTargetArn)),
        maxReceiveCount: RedrivePolicy.maxReceiveCount,
      },
    };
    const queue = createQueue(settings, now, log);
    created.set(arn, queue);
    return queue;
  };

  const definitionOf = (arn: string): QueueDefinition => {
    const definition = definitions.find((candidate) => candidate.arn === arn);
    if (definition === undefined) throw new StartFault(`${arn} is a dead-letter queue that does not exist.`);
    return definition;
  };

  return definitions.map(create);
};
