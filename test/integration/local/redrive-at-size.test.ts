import { randomUUID } from 'node:crypto';
import { SQSClient } from '@aws-sdk/client-sqs';
import { expect, test } from 'vitest';
import { openClock } from '#infra/local/clock.ts';
import { startSqsEmulator } from '#infra/local/emulators/sqs-emulator.ts';
import { redrive } from '#infra/operator/redrive.ts';
import { createWorkQueue } from '../../simulation/machine/queue.ts';

test('ten thousand dead letters are moved back, each once, and none when it is done again', async () => {
  const count = 10_000;
  const clock = openClock(undefined);
  const { name, queue, deadLetters } = createWorkQueue('stage-changes', clock.now, randomUUID);
  for (let n = 0; n < count; n += 1) deadLetters.send(`item ${n}`, { groupId: `acct_${n % 50}` });
  const server = await startSqsEmulator(() => [queue, deadLetters], clock, 1);
  const credentials = { accessKeyId: 'a', secretAccessKey: 'b' };
  const sqs = new SQSClient({ endpoint: server.url, region: 'eu-central-1', credentials });
  try {
    const url = `${server.url}/000000000000/${name}`;
    expect(await redrive(sqs, url)).toEqual([`${count} of ${count} dead letters are back in the queue.`]);
    const none = { visible: 0, inFlight: 0, delayed: 0 };
    expect([deadLetters.counts(), queue.counts()]).toEqual([none, { ...none, visible: count }]);
    expect(await redrive(sqs, url)).toEqual(['There are no dead letters.']);
    expect(queue.counts()).toEqual({ ...none, visible: count });
    expect(new Set(queue.receive(count).map(({ body }) => body)).size).toBe(count);
  } finally {
    sqs.destroy();
    await server.stop();
  }
});
