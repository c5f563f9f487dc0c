import type { Candidate } from '../end-to-end/from-outside/little-lever.ts';
import { type Customer, TRIGGER } from '../end-to-end/from-outside/world.ts';

const deliveriesAtATime = 10;

/** A candidate of the customer's; `n` tells it from the others. */
export const newCandidate = (customer: Customer, n: number): Candidate =>
  customer.add({ name: `Number${n} Merriweather`, emails: [`n${n}.${customer.accountId}@outside.invalid`] });

/** Does Lever show all of a started check: its tag and its note? */
export const isShown = (customer: Customer, candidate: Candidate): boolean =>
  customer.statusTags(candidate).length === 1 && customer.notes(candidate).length === 1;

/** Moves them all at once, and delivers the webhooks as a vendor does: some at a time. */
export const moveAll = async (customer: Customer, candidates: readonly Candidate[]): Promise<void> => {
  const waiting = candidates.map((candidate) => customer.move(candidate, TRIGGER));
  const deliver = async (): Promise<void> => {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
      const { status } = await customer.deliver(next);
      if (status >= 300) throw new Error(`A webhook was refused with ${status}.`);
    }
  };
  await Promise.all(Array.from({ length: deliveriesAtATime }, deliver));
};
