import type { Delivery, Outbox } from '#infra/local/sandbox/outbox.ts';
import type { Truth } from '../watch.ts';
import type { Customer, Models } from './customers.ts';
import type { Faults } from './faults.ts';
import type { Outcome, Platform } from './platform.ts';
import type { Scheduler } from './scheduler.ts';

/** How a delivery travels. */
export type Journey = { readonly lateMs: number; readonly isTwice: boolean; readonly isLost: boolean };

type Kind = 'webhook' | 'callback';

const tokensLost = ['webhook late', 'lever garbled', 'lever answer lost'] as const;
const stops = ['crash', 'stall', 'zombie'] as const;

/** What the vendors send us, on its way: late, twice, or not at all. What is not accepted comes again if the vendor tries again. */
export const createDeliveries = (options: {
  scheduler: Scheduler;
  platform: Platform;
  models: Models;
  faults: Faults;
  truth: Truth;
  hasNets: boolean;
  random: () => number;
  vendorNow: () => number;
  say: (what: () => string) => void;
  violate: (what: string) => void;
  /** How a delivery travels; null leaves it to chance. */
  journeyOf: (delivery: Delivery) => Journey | null;
}) => {
  const { scheduler, models, faults, truth, hasNets, random, say } = options;
  const { now } = scheduler;
  const silentUntil = new Map<string, number>();
  let lastArrivalAt = now();

  /** One HTTP request to our API; what it is answered, null where nothing is. */
  const post = (url: string, body: string, onStatus: (status: number | null) => void): void => {
    const { pathname, searchParams } = new URL(url);
    const [, vendor, account = '', key = ''] = pathname.split('/').map(decodeURIComponent);
    const event = {
      pathParameters: { account, key },
      queryStringParameters: Object.fromEntries(searchParams),
      headers: {},
      body,
      requestContext: {},
    };
    const onEnd = (outcome: Outcome): void => {
      const status = outcome.ok ? (outcome.answer as { statusCode: number }).statusCode : 500;
      say(() => `${vendor} is answered ${status}`);
      onStatus(status);
    };
    options.platform.invoke(vendor === 'lever' ? 'webhook-verify' : 'status-callback', event, onEnd);
  };

  const carry = (outbox: Outbox, kind: Kind): void => {
    for (const delivery of outbox.takeDue()) {
      const { lateMs, isTwice, isLost } = options.journeyOf(delivery) ?? chanceOfJourney(kind, delivery);
      lastArrivalAt = Math.max(lastArrivalAt, now() + lateMs);
      const isNeverSent = kind === 'webhook' && now() < (silentUntil.get(delivery.account) ?? 0);
      scheduler.after(lateMs, () => {
        // Lost for good: Lever takes it for delivered.
        if (isNeverSent || (kind === 'webhook' && hasNets && faults.strikes('webhook lost', delivery.event))) {
          return settle(outbox, kind, delivery, 200);
        }
        if (isLost && !truth.isQuiet) return settle(outbox, kind, delivery, null);
        say(() => `${delivery.event} arrives: ${delivery.url.replace(/\?.*/u, '')}`);
        post(delivery.url, delivery.body, (status) => settle(outbox, kind, delivery, status));
      });
      if (isTwice && !isNeverSent)
        scheduler.after(lateMs + Math.floor(random() ** 2 * 90_000), () => post(delivery.url, delivery.body, () => {}));
    }
  };
  const chanceOfJourney = (kind: Kind, { event }: Delivery): Journey => ({
    lateMs: faults.strikes(`${kind} late`, event) ? longDelayMs() : Math.floor(random() * 200),
    isTwice: faults.strikes(`${kind} twice`, event),
    isLost: faults.strikes(kind === 'webhook' ? 'webhook refused on the way' : 'callback lost', event),
  });
  const settle = (outbox: Outbox, kind: Kind, delivery: Delivery, status: number | null): void => {
    outbox.settle(delivery.id, status);
    const isRefused = kind === 'webhook' && (status === 400 || status === 401);
    // A registration that was answered in vain, or to somebody who stopped there: the token is nobody's until the webhook is made anew.
    const isRegistered = delivery.url.includes('?event=');
    const isKnown =
      !tokensLost.some((kind) => faults.has(kind)) && !(isRegistered && stops.some((kind) => faults.has(kind)));
    if (isRefused && truth.unsavedSecrets.size === 0 && isKnown)
      options.violate(`2: a true delivery was refused with ${status}`);
    if (delivery.state === 'waiting')
      scheduler.after(delivery.nextAttemptAt - options.vendorNow(), () => carry(outbox, kind));
  };
  const longDelayMs = (): number =>
    [20_000, 300_000, 7_200_000, 86_400_000, 14 * 86_400_000][Math.floor(random() ** 2 * 5)] ?? 0;

  const outboxes = [
    [models.lever.outbox, 'webhook'],
    [models.turn.outbox, 'callback'],
  ] as const;
  for (const [outbox, kind] of outboxes) outbox.onPost(() => scheduler.after(0, () => carry(outbox, kind)));

  return {
    post,
    /** Lever sends this customer's webhooks no more for so long: somebody switched the group off. */
    fallSilent: ({ recruiter }: Customer, ms: number): void =>
      void silentUntil.set(recruiter.organization.id, now() + ms),
    /** The vendors send once more what they had given up. */
    sendAgain: (): void => {
      for (const [outbox] of outboxes)
        for (const { id, state } of [...outbox.deliveries]) if (state === 'given-up') outbox.postAgain(id);
    },
    /** When the last delivery that is on its way will have arrived. */
    lastArrivalAt: () => lastArrivalAt,
  };
};
