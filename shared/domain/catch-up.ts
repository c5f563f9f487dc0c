import type { Account } from './account.ts';
import { clocksDifferMs } from './waiting.ts';

/** One thing to read page by page; `after` leads to the next page, null to the first. */
export type CatchUpStep =
  | { readonly kind: 'held'; readonly after: string | null }
  | { readonly kind: 'entries'; readonly stageId: string; readonly after: string | null }
  | { readonly kind: 'deletions'; readonly after: string | null };

/** What came of a page: where it goes on, null at the end; `isPartial`: Lever refused it, or the confidential ones in it. */
export type CatchUpPage = { readonly next: string | null; readonly isPartial: boolean };

/** So far back a round reads again what Lever has refused. It may be refused for good, as not every access covers these lists: nobody tells. */
const readAgainMs = 24 * 3_600_000;

/** How far an account's catching up has come. Times in epoch milliseconds. */
export type CatchUp = {
  /** When the account started: who stood in the stage before it is none of our business. */
  readonly notBefore: number;
  /** Which connection it belongs to: another one means that work was held in between. */
  readonly connectedAt: number;
  /** Everything that happened in Lever before this was read, or was refused for a day. */
  readonly readUntil: number;
  readonly round: {
    readonly startedAt: number;
    readonly since: number;
    readonly steps: readonly CatchUpStep[];
    /** Was a page of it partial? */
    readonly isPartial: boolean;
  };
};

/** The round to go on with: the one that was begun, or a new one from where the last one ended. After a connection was made, what was held is woken first. */
export const nextRound = (account: Account, last: CatchUp | null, now: number): CatchUp => {
  const connectedAt = account.connectionChangedAt ?? now;
  const notBefore = account.startsAt ?? connectedAt;
  // What was read for an earlier start, of another Lever perhaps, says nothing of this one.
  const known = last?.notBefore === notBefore ? last : null;
  const isNewConnection = known === null || known.connectedAt !== connectedAt;
  if (known !== null && !isNewConnection && known.round.steps.length > 0) return known;
  const readUntil = known?.readUntil ?? notBefore;
  const stageIds = account.triggerStages.flatMap(({ id }) => id ?? []);
  return {
    ...{ notBefore, connectedAt, readUntil },
    round: {
      startedAt: now,
      since: Math.max(readUntil - clocksDifferMs, notBefore),
      isPartial: false,
      steps: [
        ...(isNewConnection ? [{ kind: 'held', after: null } as const] : []),
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
export const continued = (catchUp: CatchUp, { next, isPartial: isPartialPage }: CatchUpPage): CatchUp => {
  const { startedAt } = catchUp.round;
  const [first, ...others] = catchUp.round.steps;
  const steps = first === undefined || next === null ? others : [{ ...first, after: next }, ...others];
  const isPartial = catchUp.round.isPartial || isPartialPage;
  const wasRead = isPartial ? Math.max(catchUp.readUntil, startedAt - readAgainMs) : startedAt;
  const readUntil = steps.length === 0 ? wasRead : catchUp.readUntil;
  return { ...catchUp, readUntil, round: { ...catchUp.round, steps, isPartial } };
};
