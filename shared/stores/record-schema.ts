import * as z from 'zod/mini';
import { type FailureCode, isFailureCode } from '#shared/domain/failure.ts';
import type { OpportunityRecord } from '#shared/domain/opportunity-record.ts';
import { problemCodes } from '#shared/domain/stage-entry.ts';
import { moveStates } from '#shared/domain/stage-move.ts';
import { storedCode, storedObject } from './stored-object.ts';

const failureCode = z.pipe(
  z.string(),
  z.transform((code) => (isFailureCode(code) ? code : 'unknown')),
);
/** How often work failed, by why: what only another version can name is counted as one. */
const failureCounts = z.pipe(
  z.record(z.string(), z.number()),
  z.transform((stored) => {
    const counts: Partial<Record<FailureCode, number>> = {};
    for (const [code, count] of Object.entries(stored)) {
      const known = z.parse(failureCode, code);
      counts[known] = (counts[known] ?? 0) + count;
    }
    return counts;
  }),
);
const scheduled = z.nullable(
  storedObject({
    dueAt: z.number(),
    attempts: z.number(),
    lastFailure: z.exactOptional(failureCode),
    failingSince: z.exactOptional(z.number()),
    isTold: z.exactOptional(z.literal(true)),
    failureCounts: z.exactOptional(failureCounts),
    archivedLook: z.exactOptional(z.number()),
  }),
);
const problem = storedObject({ code: storedCode(problemCodes), detail: z.nullable(z.string()), since: z.number() });
const warning = z.discriminatedUnion('kind', [
  storedObject({ kind: z.literal('malformed_package_tag'), tag: z.string(), usedDefault: z.boolean() }),
  storedObject({ kind: z.literal('unknown_package'), packageId: z.string() }),
  storedObject({ kind: z.literal('invitation_not_sent'), by: z.enum(['email', 'sms']) }),
  storedObject({ kind: z.enum(['foreign_phone', 'refused_phone', 'refused_email']) }),
]);
/** What only another version would warn of is left out. */
const warnings = z.pipe(
  z.array(z.catch(z.nullable(warning), null)),
  z.transform((all) => all.filter((one) => one !== null)),
);
const order = {
  enteredAt: z.number(),
  packageId: z.nullable(z.string()),
  packageName: z.exactOptional(z.string()),
  warnings,
  movedBy: z.exactOptional(z.string()),
  changedAt: z.number(),
};
const entry = z.discriminatedUnion('state', [
  storedObject({
    ...order,
    state: z.literal('ordering'),
    attempt: storedObject({
      attemptedAt: z.number(),
      inFlightUntil: z.nullable(z.number()),
      revisit: z.boolean(),
      countedAt: z.exactOptional(z.number()),
      isRefused: z.exactOptional(z.boolean()),
    }),
    problem: z.nullable(problem),
  }),
  storedObject({
    ...order,
    state: z.literal('ordered'),
    workerId: z.string(),
    turnId: z.nullable(z.string()),
    dashboardUrl: z.nullable(z.string()),
    isAddressUnusable: z.exactOptional(z.literal(true)),
    isFollowed: z.exactOptional(z.literal(true)),
    status: z.nullable(
      storedObject({
        name: z.string(),
        isComplete: z.boolean(),
        isWithdrawn: z.boolean(),
        hasReport: z.boolean(),
      }),
    ),
  }),
  storedObject({ state: z.literal('blocked'), enteredAt: z.nullable(z.number()), problem }),
  storedObject({ state: z.literal('rerun_denied'), enteredAt: z.number(), changedAt: z.number() }),
  storedObject({ state: z.literal('erased'), enteredAt: z.number() }),
]);

/** The stored form of a record. */
export const recordSchema: z.ZodMiniType<OpportunityRecord> = storedObject({
  accountId: z.string(),
  opportunityId: z.string(),
  leverAccountId: z.nullable(z.string()),
  contactId: z._default(z.nullable(z.string()), null),
  entries: z.array(entry),
  requested: z.exactOptional(storedObject({ enteredAt: z.number(), requestedAt: z.number() })),
  lever: storedObject({
    tag: z.nullable(z.string()),
    otherTags: z.array(z.string()),
    notes: z.array(
      storedObject({
        key: z.string(),
        // Whoever cannot tell looks before writing.
        state: z.catch(z.enum(['posting', 'posted']), 'posting'),
        noteId: z.nullable(z.string()),
        text: z.nullable(z.string()),
      }),
    ),
    deferred: z.array(storedObject({ write: z.string(), until: z.number() })),
    lookedAt: z.exactOptional(z.number()),
    tagMissedTimes: z.exactOptional(z.number()),
    isUnsure: z.exactOptional(z.literal(true)),
    readBackAt: z.exactOptional(z.number()),
    moves: z.exactOptional(
      z.array(
        storedObject({
          key: z.string(),
          // Whatever became of it, it is not done again.
          state: z.catch(z.enum(moveStates), 'stayed'),
          stageId: z.nullable(z.string()),
          stageName: z.string(),
          from: z.nullable(z.number()),
          startedAt: z.number(),
        }),
      ),
    ),
    lease: z.nullable(storedObject({ leaseId: z.string(), until: z.number(), dirty: z.boolean() })),
  }),
  nextDecision: scheduled,
  nextSync: scheduled,
  erasedAt: z.nullable(z.number()),
});
