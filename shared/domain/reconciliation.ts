import type { Account } from './account.ts';
import { vendorClockSkewMs } from './retry-policy.ts';
import { triggerStageIds } from './trigger-stage.ts';

/** One thing to read page by page; `after` leads to the next page, null to the first. */
export type ReconciliationStep =
  | { readonly kind: 'awaiting_reconnect'; readonly after: string | null }
  | { readonly kind: 'entries'; readonly stageId: string; readonly after: string | null; readonly pages?: number }
  | { readonly kind: 'deletions'; readonly after: string | null; readonly pages?: number };

/** Of a hundred each: more than enter a stage, or are deleted, in a round. A list that goes on after that goes round in circles. */
const mostPages = 500;

/** What came of a page: where it goes on, null at the end; `isPartial`: Lever refused it, or the confidential ones in it. */
export type ReconciliationPage = { readonly next: string | null; readonly isPartial: boolean };

/** So far back a round reads again what Lever has refused. It may be refused for good, as not every access covers these lists: nobody tells. */
const readAgainMs = 24 * 3_600_000;

/** How far an account's reconciliation has come. Times in epoch milliseconds. */
export type Reconciliation = {
  /** When the account started: who stood in the stage before it is none of our business. */
  readonly notBefore: number;
  /** Which connection it belongs to: another one means that work has waited in between. */
  readonly connectedAt: number;
  /** Everything that happened in Lever before this was read, or was refused for a day. */
  readonly readUntil: number;
  readonly round: {
    readonly startedAt: number;
    readonly since: number;
    readonly steps: readonly ReconciliationStep[];
    /** Was a page of it partial, or was there nothing to read entries of? */
    readonly isPartial: boolean;
  };
};

/** The round to go on with: the one that was begun, or a new one from where the last one ended. After a connection was made, what waited for it comes first. */
export const nextRound = (account: Account, last: Reconciliation | null, now: number): Reconciliation => {
  const connectedAt = account.connectionChangedAt ?? now;
  const notBefore = account.startsAt ?? connectedAt;
  // What was read for an earlier start, of another Lever perhaps, says nothing of this one.
  const known = last?.notBefore === notBefore ? last : null;
  const isNewConnection = known === null || known.connectedAt !== connectedAt;
  if (known !== null && !isNewConnection && known.round.steps.length > 0) return known;
  const readUntil = known?.readUntil ?? notBefore;
  const stageIds = triggerStageIds(account);
  return {
    notBefore,
    connectedAt,
    readUntil,
    round: {
      startedAt: now,
      since: Math.max(readUntil - vendorClockSkewMs, notBefore),
      // Until a trigger stage is known by its id, nothing says that nobody entered it.
      isPartial: stageIds.length === 0,
      steps: [
        ...(isNewConnection ? [{ kind: 'awaiting_reconnect', after: null } as const] : []),
        ...stageIds.map((stageId) => ({ kind: 'entries', stageId, after: null }) as const),
        { kind: 'deletions', after: null },
      ],
    },
  };
};

/**
 * After a page of its first step: that step from `next` on, or done with; after the last step, everything before the
 * round's start was read. Of a partial round the next one reads everything again, as far back as a day.
 */
export const continued = (
  reconciliation: Reconciliation,
  { next, isPartial: isPartialPage }: ReconciliationPage,
): Reconciliation => {
  const { startedAt } = reconciliation.round;
  const [first, ...others] = reconciliation.round.steps;
  const rest = first === undefined || next === null ? null : nextStep(first, next);
  const steps = rest === null ? others : [rest, ...others];
  const isEndless = rest === null && next !== null;
  const isPartial = reconciliation.round.isPartial || isPartialPage || isEndless;
  const wasRead = isPartial ? Math.max(reconciliation.readUntil, startedAt - readAgainMs) : startedAt;
  const readUntil = steps.length === 0 ? wasRead : reconciliation.readUntil;
  return { ...reconciliation, readUntil, round: { ...reconciliation.round, steps, isPartial } };
};

/** The step's next page; null: it has had more than any list holds. What waits for a reconnection is read from our own table, which ends. */
const nextStep = (step: ReconciliationStep, after: string): ReconciliationStep | null => {
  if (step.kind === 'awaiting_reconnect') return { ...step, after };
  const pages = (step.pages ?? 0) + 1;
  return pages < mostPages ? { ...step, after, pages } : null;
};
