/** A webhook on its way: what is sent where, and how it went. */
export type Delivery = {
  id: string;
  account: string;
  url: string;
  /** The event's name, for people who read the log. */
  event: string;
  body: string;
  state: 'waiting' | 'sending' | 'accepted' | 'given-up' | 'lost';
  /** One status a try; null where nothing answered. */
  attempts: (number | null)[];
  nextAttemptAt: number;
  postedAt: number;
};

/** Webhooks waiting to be sent. Whoever moves them (an HTTP webhook dispatcher, a simulation) takes and settles. */
export type Outbox = {
  deliveries: Delivery[];
  post(delivery: { account: string; url: string; event: string; body: string }): Delivery;
  /** What is due now, marked as being sent. */
  takeDue(): Delivery[];
  /** How the try went: only 2xx counts; otherwise the next wait, or the end. */
  settle(id: string, status: number | null): void;
  /** The same bytes once more, as the admin's Rerun button does; undefined for an unknown delivery. */
  postAgain(id: string): Delivery | undefined;
  /** Loses what was not sent yet, as a broken line would: nobody tries again. */
  lose(id: string): void;
  onPost(listener: () => void): void;
};

/** An outbox that tries once, then again after each of `retryWaitsMs`. */
export const createOutbox = (options: { now: () => number; retryWaitsMs: readonly number[] }): Outbox => {
  const deliveries: Delivery[] = [];
  const listeners: (() => void)[] = [];
  const post: Outbox['post'] = ({ account, url, event, body }) => {
    const id = `delivery-${deliveries.length + 1}`;
    const delivery: Delivery = {
      id,
      account,
      url,
      event,
      body,
      state: 'waiting',
      attempts: [],
      nextAttemptAt: options.now(),
      postedAt: options.now(),
    };
    deliveries.push(delivery);
    for (const listener of listeners) listener();
    return delivery;
  };
  const find = (id: string): Delivery | undefined => deliveries.find((delivery) => delivery.id === id);
  return {
    deliveries,
    post,
    takeDue: () => {
      const at = options.now();
      const due = deliveries.filter(({ state, nextAttemptAt }) => state === 'waiting' && nextAttemptAt <= at);
      for (const delivery of due) delivery.state = 'sending';
      return due;
    },
    settle: (id, status) => {
      const delivery = find(id);
      if (!delivery) return;
      const wait = options.retryWaitsMs[delivery.attempts.length];
      delivery.attempts.push(status);
      if (status !== null && status >= 200 && status < 300) delivery.state = 'accepted';
      else if (wait === undefined) delivery.state = 'given-up';
      else {
        delivery.state = 'waiting';
        delivery.nextAttemptAt = options.now() + wait;
      }
    },
    postAgain: (id) => {
      const delivery = find(id);
      return delivery && post(delivery);
    },
    lose: (id) => {
      const delivery = find(id);
      if (delivery?.state === 'waiting') delivery.state = 'lost';
    },
    onPost: (listener) => {
      listeners.push(listener);
    },
  };
};
