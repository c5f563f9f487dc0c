import { decide } from '#shared/domain/decide.ts';
import { isLeased, type LeverState } from '#shared/domain/lever-state.ts';
import { entryAt, type OpportunityRecord } from '#shared/domain/opportunity-record.ts';
import { followedEntry } from '#shared/domain/person.ts';
import { scheduledAt } from '#shared/domain/retry-policy.ts';
import { isOrdered, isOrdering, type OrderingEntry } from '#shared/domain/stage-entry.ts';
import type { Transition } from '#shared/domain/transition.ts';
import * as transitions from '#shared/domain/transitions.ts';
import {
  completeStatus,
  orderedEntry,
  referenceStage,
  retryPolicy,
  sampleAccount,
  sampleOpportunity,
} from './samples.ts';

/** Every function of the state machine, by name; `orderingEntry` only makes what `claimed` is given. */
export type TransitionName = Exclude<keyof typeof transitions, 'orderingEntry'>;
export const transitionNames = Object.keys(transitions)
  .filter((name) => name !== 'orderingEntry')
  .toSorted() as TransitionName[];

/** One transition as it can happen to a record. `variant` tells one call of a transition from another; `enteredAt`: the entry that it is about. */
export type Happening = Transition & {
  readonly name: TransitionName;
  readonly variant: string | null;
  readonly enteredAt: number | null;
};

type Claim = OrderingEntry;
type Result = Transition;
type Happen = (name: TransitionName, result: Result | OpportunityRecord, variant?: string, at?: number | null) => void;

/**
 * Applies to a record everything that can happen to it, under the conditions under which the use cases let it happen: what is
 * decided is what `decide` says of the record, and what is written to Lever is written under a lease. `claim`: an order that
 * somebody has placed; whether the record still knows of it is for the record to say.
 */
export const everythingThatCanHappen = (record: OpportunityRecord, claim: Claim, now: number): Happening[] => {
  const happenings: Happening[] = [];
  const happen: Happen = (name, result, variant, at = claim.enteredAt) => {
    const transition = 'effects' in result ? result : { record: result, effects: [] };
    happenings.push({ ...transition, name, variant: variant ?? null, enteredAt: at });
  };
  decisions(record, claim, now, happen);
  orders(record, claim, now, happen);
  syncs(record, now, happen);
  return happenings;
};

const decisions = (record: OpportunityRecord, { enteredAt }: Claim, now: number, happen: Happen): void => {
  const moment = { now, retryPolicy };
  const uncertain = record.entries.find(isOrdering);
  // While an order is in flight nothing is decided.
  if ((uncertain?.attempt.inFlightUntil ?? 0) > now) return;
  const seen = transitions.observed(
    record,
    { leverAccountId: 'lever-1', contactId: 'contact-1', tags: [] },
    uncertain,
    now,
  );
  const isHidden = entryAt(record, null) !== undefined;
  happen('observed', seen, isHidden ? 'visible' : 'never ordered', isHidden ? null : enteredAt);
  const account = sampleAccount({ triggerStages: [referenceStage], rerun: { kind: 'always' } });
  if (!record.entries.some(isOrdered)) {
    const hidden = { kind: 'problem', enteredAt: null, code: 'confidential' } as const;
    happen('decided', transitions.decided(record, record, hidden, account, moment), 'problem', null);
  }
  for (const otherwise of [{}, { emails: [] }, { stage: { id: 'offer', name: 'Offer' } }, { isArchived: true }]) {
    const stageChanges = [{ toStageId: referenceStage.id, updatedAt: enteredAt }];
    const opportunity = sampleOpportunity({ stageChanges, ...otherwise });
    for (const rule of [{}, { rerun: { kind: 'never' } as const }, { graceSeconds: 86_400 }]) {
      const settings = { ...account, ...rule };
      const decision = decide(opportunity, settings, seen, now);
      if (decision.kind !== 'start') {
        const variant = decision.kind === 'ignore' ? decision.reason : decision.kind;
        happen('decided', transitions.decided(record, seen, decision, settings, moment), variant.replaceAll('_', ' '));
        continue;
      }
      const capped = { kind: 'problem', enteredAt, code: 'cap_reached', recheckAt: now + 3_600_000 } as const;
      happen('decided', transitions.decided(record, seen, capped, settings, moment), 'hourly limit');
      const entry = followedEntry(decision, orderedEntry({ enteredAt: 1 }));
      happen('followed', transitions.followed(record, seen, entry, moment));
      const order = { ...decision, countedAt: now };
      happen(
        'claimed',
        transitions.claimed(record, seen, transitions.orderingEntry(entryAt(record, enteredAt), order, now)),
      );
    }
  }
};

const orders = (record: OpportunityRecord, claim: Claim, now: number, happen: Happen): void => {
  const moment = { now, retryPolicy };
  for (const isAdopted of [false, true]) {
    const check = { workerId: 'worker-1', isAdopted, isShared: false, notInvitedBy: null, scheduled: null };
    const isLate = entryAt(record, claim.enteredAt)?.state !== 'ordering';
    happen('ordered', transitions.ordered(record, claim, check, moment), isLate ? 'late answer' : undefined);
  }
  for (const standing of [claim.attempt, null]) {
    const refusal = { code: 'turn_rejected', detail: 'email', standing } as const;
    happen('refused', transitions.refused(record, claim, refusal, moment));
  }
  happen('answerLost', transitions.answerLost(record, claim, 'timeout', moment));
  happen('orderWithdrawn', transitions.orderWithdrawn(record, claim));
  happen('revisitRequested', transitions.revisitRequested(record, claim));
  happen('decisionRequested', transitions.decisionRequested(record, now));
  const asked = { enteredAt: claim.enteredAt, by: 'user-1' };
  happen('checkRequested', transitions.checkRequested(record, asked, now));
  happen('visibilityAwaited', transitions.visibilityAwaited(record, now + 120_000));
  happen('uncertaintyFound', transitions.uncertaintyFound(record, claim, moment));
  for (const notOrdered of [claim, undefined]) happen('erased', transitions.erased(record, notOrdered, now));
  for (const code of ['lever_not_found', 'lever_budget_used'] as const) {
    for (const workType of ['decision', 'sync'] as const) {
      const failure = { code, retryAfterMs: 7_000 };
      happen('retryScheduled', transitions.retryScheduled(record, workType, failure, moment, 0.5));
    }
  }
};

const syncs = (record: OpportunityRecord, now: number, happen: Happen): void => {
  const moment = { now, retryPolicy };
  happen('tagMissed', transitions.tagMissed(record, now));
  happen('syncPostponed', transitions.syncPostponed(record, null));
  happen('syncRequested', transitions.syncRequested(record, now));
  const found = { turnId: 'C1', dashboardUrl: 'https://partners.turn.example/1', status: completeStatus };
  const entries = record.entries.map((entry) => (isOrdered(entry) ? transitions.statusRead(entry, found, now) : entry));
  const seen = { ...record, entries };
  happen('statusRead', seen);
  const { lease } = record.lever;
  const state: LeverState = { ...record.lever, tag: 'TurnStatus:clear', otherTags: [] };
  const next = scheduledAt(now + retryPolicy.pollIntervalMs);
  if (lease !== null) {
    for (const nextSync of [next, 'unchanged'] as const) {
      happen('leaseReleased', transitions.leaseReleased(record, lease, state, nextSync));
    }
  }
  happen('leaseReleased', transitions.leaseReleased(record, { leaseId: 'lost', until: now }, state, next), 'overtaken');
  if (isLeased(record.lever, now)) {
    happen('leaseContended', transitions.leaseContended(record));
    return;
  }
  happen('syncSettled', transitions.syncSettled(record, seen, moment));
  const writes = [{ kind: 'add_tag', tag: 'TurnStatus:clear' }] as const;
  const taken = { leaseId: 'lease-9', until: now + 65_000 };
  happen('leaseTaken', transitions.leaseTaken(record, seen, writes, taken));
};
