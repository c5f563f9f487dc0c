import { randomUUID } from 'node:crypto';
import { SQSClient } from '@aws-sdk/client-sqs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openClock } from '#infra/local/clock.ts';
import { startSqsEmulator } from '#infra/local/emulators/sqs-emulator.ts';
import { redrive } from '#infra/operator/redrive.ts';
import { createWorkQueue } from '../../../simulation/machine/queue.ts';

const scene = async () => {
  const clock = openClock(undefined);
  const { name, queue, deadLetters } = createWorkQueue('stage-changes', clock.now, randomUUID);
  const server = await startSqsEmulator(() => [queue, deadLetters], clock, 1);
  const sqs = new SQSClient({
    endpoint: server.url,
    region: 'eu-central-1',
    credentials: { accessKeyId: 'a', secretAccessKey: 'b' },
  });
  return { queue, deadLetters, sqs, url: `${server.url}/000000000000/${name}`, stop: server.stop };
};

describe('accounts redrive', () => {
  let held: Awaited<ReturnType<typeof scene>>;
  beforeEach(async () => {
    held = await scene();
  });
  afterEach(() => {
    held.sqs.destroy();
    return held.stop();
  });

  it('moves every dead letter back with its group, each once, also when it is done again', async () => {
    const { queue, deadLetters, sqs, url } = held;
    for (let n = 0; n < 25; n += 1) deadLetters.send(`item ${n}`, { groupId: `acct_${n % 3}` });
    expect(await redrive(sqs, url)).toEqual(['25 of 25 dead letters are back in the queue.']);
    expect(await redrive(sqs, url)).toEqual(['There are no dead letters.']);
    const back = queue.receive(100);
    expect(new Set(back.map(({ body }) => body)).size).toBe(25);
    expect(back).toHaveLength(25);
    for (const { body, groupId } of back) expect(groupId).toBe(`acct_${Number(body.slice(5)) % 3}`);
    expect(deadLetters.counts()).toEqual({ visible: 0, inFlight: 0, delayed: 0 });
  });

  it('ends although what it moves is refused again at once', async () => {
    const { queue, deadLetters, sqs, url } = held;
    for (let n = 0; n < 12; n += 1) deadLetters.send('no work item', {});
    const refuse = queue.onChange(() => {
      for (const { body, receiptHandle } of queue.receive(10)) {
        deadLetters.send(body, {});
        queue.delete(receiptHandle ?? '');
      }
    });
    expect(await redrive(sqs, url)).toEqual(['12 of 12 dead letters are back in the queue.']);
    refuse();
    expect(deadLetters.counts().visible).toBe(12);
  });
});
