import { randomUUID } from 'node:crypto';
import { SQSClient } from '@aws-sdk/client-sqs';
import { afterEach, beforeEach, describe } from 'vitest';
import { openClock } from '#infra/local/clock.ts';
import { startSqsEmulator } from '#infra/local/emulators/sqs-emulator.ts';
import { startEnvironment } from '../simulation/machine/environment.ts';
import { createFaults } from '../simulation/machine/faults.ts';
import { createWorkQueue, sqsFor } from '../simulation/machine/queue.ts';
import { createScheduler } from '../simulation/machine/scheduler.ts';
import { type QueueScene, queueContract } from './queue.contract.ts';

describe('the queue of the simulation', () => {
  let scene: QueueScene;
  beforeEach(() => {
    let time = 0;
    const now = (): number => time;
    const work = createWorkQueue('stage-changes', now, randomUUID);
    const faults = createFaults({ rates: new Map(), leftOut: new Set(), random: () => 0.5, say: () => {} });
    const environment = startEnvironment({
      name: 'worker',
      scheduler: createScheduler(0, () => 0.5),
      skewMs: 0,
      latencyMs: () => 0,
      isInstant: () => true,
      fateAt: () => null,
      say: () => {},
      onDeath: () => {},
    });
    scene = {
      client: sqsFor([work], environment, faults, { onMessage: () => {} }),
      QueueUrl: work.name,
      queue: work.queue,
      deadLetters: work.deadLetters,
      passTime: (ms) => {
        time += ms;
      },
    };
  });
  queueContract(() => scene);
});

describe('the queue of the local stack, asked by the AWS SDK', () => {
  let scene: QueueScene;
  let stop: () => Promise<void>;
  beforeEach(async () => {
    const clock = openClock(undefined);
    const { name, queue, deadLetters } = createWorkQueue('stage-changes', clock.now, randomUUID);
    const server = await startSqsEmulator(() => [queue, deadLetters], clock, 1);
    const client = new SQSClient({
      endpoint: server.url,
      region: 'eu-central-1',
      credentials: { accessKeyId: 'a', secretAccessKey: 'b' },
    });
    scene = {
      client,
      QueueUrl: `${server.url}/000000000000/${name}`,
      queue,
      deadLetters,
      passTime: (ms) => clock.advance(ms),
    };
    stop = async () => {
      client.destroy();
      await server.stop();
    };
  });
  afterEach(() => stop());
  queueContract(() => scene);
});
