import { expect, it } from 'vitest';
import type { Queue } from '#infra/local/emulators/queue.ts';
import type { SqsCalls } from '#shared/aws/aws-calls.ts';

export type QueueScene = {
  readonly sqs: SqsCalls;
  readonly QueueUrl: string;
  readonly queue: Queue;
  readonly deadLetters: Queue;
  readonly passTime: (ms: number) => void;
};

/** What the product relies on when it sends a message, and when it gives one back. Messages come back 360 seconds after they were received, five times at most. */
export const queueContract = (scene: () => QueueScene): void => {
  const send = (body: string, group = 'acct_harborlight') => {
    const { sqs, QueueUrl } = scene();
    return sqs.sendMessage({ QueueUrl, MessageBody: body, MessageGroupId: group });
  };
  const hide = (ReceiptHandle: string, VisibilityTimeout: number) => {
    const { sqs, QueueUrl } = scene();
    return sqs.changeMessageVisibility({ QueueUrl, ReceiptHandle, VisibilityTimeout });
  };
  const receive = () => {
    const [message] = scene().queue.receive(1);
    return message === undefined ? null : { ...message, handle: message.receiptHandle ?? '' };
  };

  it('gives out what was sent, with its group, and hides it meanwhile', async () => {
    await send('one', 'acct_a');
    expect(receive()).toMatchObject({ body: 'one', groupId: 'acct_a', receiveCount: 1 });
    expect(receive()).toBeNull();
    scene().passTime(359_000);
    expect(receive()).toBeNull();
    scene().passTime(2_000);
    expect(receive()).toMatchObject({ body: 'one', receiveCount: 2 });
  });

  it('takes the header of a trace beside the body', async () => {
    const { sqs, QueueUrl } = scene();
    const AWSTraceHeader = { DataType: 'String', StringValue: 'Root=1-5759e988-bd862e3fe1be46a994272793;Sampled=1' };
    await sqs.sendMessage({ QueueUrl, MessageBody: 'one', MessageSystemAttributes: { AWSTraceHeader } });
    expect(receive()).toMatchObject({ body: 'one', traceHeader: AWSTraceHeader.StringValue });
  });

  it('brings a message back when it is asked to, sooner or later than by itself', async () => {
    await send('one');
    await hide(receive()?.handle ?? '', 3);
    scene().passTime(2_000);
    expect(receive()).toBeNull();
    scene().passTime(1_500);
    await hide(receive()?.handle ?? '', 600);
    scene().passTime(400_000);
    expect(receive()).toBeNull();
    scene().passTime(201_000);
    expect(receive()).toMatchObject({ receiveCount: 3 });
  });

  it('refuses to hide what is no longer in flight, or was given to somebody else', async () => {
    await send('one');
    const first = receive()?.handle ?? '';
    scene().passTime(361_000);
    await expect(hide(first, 3)).rejects.toMatchObject({ name: 'MessageNotInflight' });
    const second = receive()?.handle ?? '';
    expect(second).not.toBe(first);
    await expect(hide(first, 3)).rejects.toMatchObject({ name: 'MessageNotInflight' });
    scene().queue.delete(second);
    await expect(hide(second, 3)).rejects.toMatchObject({ name: 'MessageNotInflight' });
  });

  it('gives a message out five times, then to the dead letters', async () => {
    await send('poison');
    for (let n = 1; n <= 5; n++) {
      expect(receive()).toMatchObject({ receiveCount: n });
      scene().passTime(361_000);
    }
    expect(receive()).toBeNull();
    expect(scene().deadLetters.receive(10)).toMatchObject([{ body: 'poison' }]);
  });

  it('lets no group wait behind the many messages of another', async () => {
    for (let n = 0; n < 30; n++) await send(`busy ${n}`, 'acct_busy');
    await send('quiet', 'acct_quiet');
    const bodies = scene()
      .queue.receive(10)
      .map(({ body }) => body);
    expect(bodies).toContain('quiet');
  });

  it('says that a queue does not exist', async () => {
    const { sqs, QueueUrl } = scene();
    const elsewhere = { QueueUrl: `${QueueUrl}-not`, MessageBody: 'x' };
    await expect(sqs.sendMessage(elsewhere)).rejects.toMatchObject({ name: 'QueueDoesNotExist' });
  });
};
