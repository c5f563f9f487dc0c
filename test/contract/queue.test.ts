import { randomUUID } from 'node:crypto';
import { SQSClient } from '@aws-sdk/client-sqs';
import { afterEach, beforeEach, describe } from 'vitest';
import { openClock } from '#infra/local/clock.ts';
import { startSqsEmulator } from '#infra/local/emulators/sqs-emulator.ts';
import type { SqsCalls } from '#shared/aws/aws-calls.ts';
import { sqsBySdk } from '#shared/aws/sdk-calls.ts';
import { sqsBySigner } from '#shared/aws/signed-calls.ts';
import { signedClientAt } from '../fakes/signed-client-at.ts';
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
      sqs: sqsBySdk(sqsFor([work], environment, faults, { onMessage: () => {} })),
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

describe.each<[string, (endpoint: string) => SqsCalls]>([
  [
    'AWS’s own client',
    (endpoint) => {
      const credentials = { accessKeyId: 'a', secretAccessKey: 'b' };
      return sqsBySdk(new SQSClient({ endpoint, region: 'eu-central-1', credentials }));
    },
  ],
  ['the small client', (endpoint) => sqsBySigner(signedClientAt('sqs', endpoint))],
])('the queue of the local stack, asked by %s', (_, sqsAt) => {
  let scene: QueueScene;
  let stop: () => Promise<void>;
  beforeEach(async () => {
    const clock = openClock(undefined);
    const { name, queue, deadLetters } = createWorkQueue('stage-changes', clock.now, randomUUID);
    const server = await startSqsEmulator(() => [queue, deadLetters], clock, 1);
    scene = {
      sqs: sqsAt(server.url),
      QueueUrl: `${server.url}/000000000000/${name}`,
      queue,
      deadLetters,
      passTime: (ms) => clock.advance(ms),
    };
    stop = server.stop;
  });
  afterEach(() => stop());
  queueContract(() => scene);
});
