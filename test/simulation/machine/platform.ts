import type { Environment } from './environment.ts';
import { type FunctionName, type Handler, timeoutsMs } from './functions.ts';
import type { QueueName, WorkQueue } from './queue.ts';
import type { Scheduler } from './scheduler.ts';

export type Outcome = { readonly ok: true; readonly answer: unknown } | { readonly ok: false };

type Message = { readonly body: string; readonly attributes: { readonly MessageGroupId: string | undefined } };
type Started = { readonly environment: Environment; readonly handler: Handler };
type Invocation = { readonly end: (outcome: Outcome) => void; readonly again: () => void };

const consumerOf: Record<QueueName, FunctionName> = {
  'stage-changes': 'check-worker',
  'check-updates': 'lever-update',
  'accounts-due': 'account-maintenance',
};
/** One more than deployed: two are enough to meet, and four to meet in odd ways. */
const mostAtOnce = 4;
const batchSize = 10;

export type Platform = {
  invoke(name: FunctionName, event: unknown, onEnd?: (outcome: Outcome) => void): void;
  /** Looks whether the queue has something for its function. */
  poll(name: QueueName): void;
  /** What the environment works on comes once more: its messages lie in the queue twice, or it is called again. */
  repeat(environment: Environment): void;
  /** To be told of every environment that has died. */
  onDeath(environment: Environment): void;
  running(): number;
  /** The operator switches the event sources and the schedule off: what waits, waits. */
  hold(): void;
  /** What was running ends; all of it is started anew. */
  goOn(): void;
};

/** What AWS does around the functions: environments, one invocation at a time each, time-outs, and event sources of queues. */
export const createPlatform = (options: {
  scheduler: Scheduler;
  queues: readonly WorkQueue[];
  start: (name: FunctionName, number: number) => Started;
  random: () => number;
  isColdStart: () => boolean;
  say: (what: () => string) => void;
}): Platform => {
  const { scheduler, random, say } = options;
  const idle = new Map<FunctionName, Started[]>();
  const running = new Map<Environment, Invocation>();
  const atOnce = new Map<QueueName, number>();
  /** Out of time, but not dead. */
  const givenUp = new Set<Environment>();
  const nextPoll = new Map<QueueName, number>();
  let started = 0;
  let isHeld = false;

  const environmentFor = (name: FunctionName): Started => {
    // What a function left running when it answered may have killed its environment since.
    const warm = (idle.get(name) ?? []).filter(({ environment }) => !environment.isDead());
    const index = Math.floor(random() * warm.length);
    const [chosen] = options.isColdStart() ? [] : warm.splice(index, 1);
    idle.set(name, warm);
    if (chosen !== undefined) return chosen;
    started += 1;
    return options.start(name, started);
  };

  const invoke: Platform['invoke'] = (name, event, onEnd = () => {}) => {
    if (isHeld && name === 'sweep') {
      onEnd({ ok: false });
      return;
    }
    const use = environmentFor(name);
    const { environment, handler } = use;
    let isComplete = false;
    const end = (outcome: Outcome): void => {
      if (isComplete) return;
      isComplete = true;
      running.delete(environment);
      if (!environment.isDead() && !environment.isZombie()) idle.set(name, [...(idle.get(name) ?? []), use]);
      onEnd(outcome);
    };
    running.set(environment, { end, again: () => repeatEvent(name, event) });
    scheduler.after(
      timeoutsMs[name],
      () => {
        if (isComplete) return;
        say(() => `${environment.name} is out of time${environment.isZombie() ? ', but not dead' : ''}`);
        if (environment.isZombie()) {
          givenUp.add(environment);
          end({ ok: false });
        } else environment.kill();
      },
      false,
    );
    handler(event).then(
      (answer) => end({ ok: true, answer }),
      () => end({ ok: false }),
    );
  };

  const repeatEvent = (name: FunctionName, event: unknown): void => {
    const queue = options.queues.find((each) => consumerOf[each.name] === name)?.queue;
    const { Records = [] } = event as { Records?: Message[] };
    if (queue === undefined) invoke(name, event);
    else for (const { body, attributes } of Records) queue.send(body, { groupId: attributes.MessageGroupId });
  };

  const poll: Platform['poll'] = (name) => schedulePoll(name, Math.floor(random() * 40));
  const schedulePoll = (name: QueueName, ms: number): void => {
    const at = scheduler.now() + ms;
    if ((nextPoll.get(name) ?? Number.POSITIVE_INFINITY) <= at) return;
    nextPoll.set(name, at);
    scheduler.after(ms, () => {
      if (nextPoll.get(name) !== at) return;
      nextPoll.delete(name);
      receive(name);
    });
  };

  const receive = (name: QueueName): void => {
    const work = options.queues.find((each) => each.name === name) as WorkQueue;
    const { queue } = work;
    while (!isHeld && (atOnce.get(name) ?? 0) < mostAtOnce) {
      const messages = queue.receive(1 + Math.floor(random() ** 2 * batchSize));
      if (messages.length === 0) break;
      atOnce.set(name, (atOnce.get(name) ?? 0) + 1);
      const Records = messages.map(({ messageId, receiptHandle, body, receiveCount, groupId }) => ({
        messageId,
        receiptHandle,
        body,
        messageAttributes: {},
        eventSource: 'aws:sqs',
        attributes: { ApproximateReceiveCount: String(receiveCount), MessageGroupId: groupId },
      }));
      invoke(consumerOf[name], { Records }, (outcome) => {
        atOnce.set(name, (atOnce.get(name) ?? 0) - 1);
        const failed = outcome.ok ? failuresIn(outcome.answer) : null;
        for (const { messageId, receiptHandle = '' } of messages)
          if (failed !== null && !failed.includes(messageId)) queue.delete(receiptHandle);
        poll(name);
      });
    }
    const visibleAt = queue.nextVisibleAtMs();
    if (visibleAt !== undefined) schedulePoll(name, visibleAt - scheduler.now());
  };

  return {
    invoke,
    poll,
    repeat: (environment) => running.get(environment)?.again(),
    onDeath: (environment) => running.get(environment)?.end({ ok: false }),
    running: () => running.size,
    hold: () => {
      isHeld = true;
    },
    goOn: () => {
      isHeld = false;
      for (const environment of running.keys()) environment.kill();
      // Whoever still wakes knows the former table alone, and nobody reads that any more.
      for (const environment of givenUp) environment.kill();
      for (const { environment } of [...idle.values()].flat()) environment.kill();
      for (const { name } of options.queues) poll(name);
    },
  };
};

const failuresIn = (answer: unknown): string[] => {
  const { batchItemFailures } = answer as { batchItemFailures: { itemIdentifier: string }[] };
  return batchItemFailures.map(({ itemIdentifier }) => itemIdentifier);
};
