import { AsyncLocalStorage } from 'node:async_hooks';
import { isCorrelationId } from '#shared/domain/ids.ts';

type Delivery = { readonly id: string | undefined; readonly sentAt: number | undefined };

const current = new AsyncLocalStorage<Delivery>();

/** Does the work of one delivery: each of its log lines, and each message that it sends, carries the delivery's id. `sentAt`: when its message was sent, epoch milliseconds. */
export const correlated = <T>(id: string | undefined, work: () => T, sentAt?: number): T =>
  current.run({ id: id !== undefined && isCorrelationId(id) ? id : undefined, sentAt }, work);

/** The id of the delivery that is worked on just now; undefined where it is none, as in the sweep. */
export const correlationId = (): string | undefined => current.getStore()?.id;

/** When the message was sent that is worked on just now, epoch milliseconds; undefined where it is none. */
export const messageSentAt = (): number | undefined => current.getStore()?.sentAt;
