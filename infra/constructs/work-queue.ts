import { Duration, Names } from 'aws-cdk-lib';
import type { Key } from 'aws-cdk-lib/aws-kms';
import { Queue, QueueEncryption } from 'aws-cdk-lib/aws-sqs';
import type { Construct } from 'constructs';
import type { ServiceFunction } from './service-function.ts';

// A new AWS account runs ten functions at once: two queues with three workers each, and two who maintain accounts, leave it two.
const CHECK_WORKERS = 3;

export type WorkQueue = { queue: Queue; deadLetters: Queue };

/** Creates a queue of work items and its dead letters; standard, since order does not matter and MessageGroupId makes it fair. */
export const createWorkQueue = (scope: Construct, id: string, key: Key, consumerTimeout: Duration): WorkQueue => {
  const common = {
    encryption: QueueEncryption.KMS,
    encryptionMasterKey: key,
    enforceSSL: true,
    retentionPeriod: Duration.days(14),
  };
  const deadLetters = new Queue(scope, `${id}Dead`, common);
  const queue = new Queue(scope, id, {
    ...common,
    // AWS asks for six times the function's timeout: Lambda may hold a batch while it is being throttled.
    visibilityTimeout: Duration.seconds(consumerTimeout.toSeconds() * 6),
    // Few: long waits belong to the table, and what fails this often is a bug.
    deadLetterQueue: { queue: deadLetters, maxReceiveCount: 5 },
  });
  return { queue, deadLetters };
};

/** Lets the function consume the queue, whose address it finds in OWN_QUEUE_URL, one message's failure leaving the others of its batch done. */
export const consume = (consumer: ServiceFunction, { queue }: WorkQueue, workers = CHECK_WORKERS): void => {
  // Not `SqsEventSource`: that lets the function use the key by itself. Under its name, or the mapping would be made anew.
  consumer.entry.addEventSourceMapping(`SqsEventSource:${Names.nodeUniqueId(queue.node)}`, {
    eventSourceArn: queue.queueArn,
    batchSize: 10,
    reportBatchItemFailures: true,
    // Not reserved concurrency: that throttles the poller, which then moves healthy messages to the dead letters.
    // Each takes a batch, whose messages are worked on together.
    maxConcurrency: workers,
  });
  consumer.mayConsume(queue, 'OWN_QUEUE_URL');
};
