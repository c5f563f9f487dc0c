import * as z from 'zod';
import { type FailureCode, isFailureCode } from '#shared/domain/failure.ts';
import type { OpportunityRecord } from '#shared/domain/opportunity-record.ts';
import { problemCodes } from '#shared/domain/stage-entry.ts';
import { moveStates } from '#shared/domain/stage-move.ts';
import { storedCode, storedObject } from './stored-object.ts';

const failureCode = z.string().transform((code) => (isFailureCode(code) ? code : 'unknown'));
/** How often work failed, by why: what only another version can name is counted as one. */
const failureCounts = z.record(z.string(), z.number()).transform((stored) => {
  const counts: Partial<Record<FailureCode, number>> = {};
  for (const [code, count] of Object.entries(stored)) {
    const known = failureCode.parse(code);
    counts[known] = (counts[known] ?? 0) + count;
  }
  return counts;
});
const scheduled = storedObject({
  dueAt: z.number(),
  attempts: z.number(),
  lastFailure: failureCode.exactOptional(),
  failingSince: z.number().exactOptional(),
  isTold: z.literal(true).exactOptional(),
  failureCounts: failureCounts.exactOptional(),
  archivedLook: z.number().exactOptional(),
}).nullable();
const problem = storedObject({ code: storedCode(problemCodes), detail: z.string().nullable(), since: z.number() });
const warning = z.discriminatedUnion('kind', [
  storedObject({ kind: z.literal('malformed_package_tag'), tag: z.string(), usedDefault: z.boolean() }),
  storedObject({ kind: z.literal('unknown_package'), packageId: z.string() }),
  storedObject({ kind: z.literal('invitation_not_sent'), by: z.enum(['email', 'sms']) }),
  storedObject({ kind: z.enum(['foreign_phone', 'refused_phone', 'refused_email']) }),
]);
/** What only another version would warn of is left out. */
const warnings = z.array(warning.nullable().catch(null)).transform((all) => all.filter((one) => one !== null));
const order = {
  enteredAt: z.number(),
  packageId: z.string().nullable(),
  packageName: z.string().exactOptional(),
  warnings,
  movedBy: z.string().exactOptional(),
  changedAt: z.number(),
};
const entry = z.discriminatedUnion('state', [
  storedObject({
    ...order,
    state: z.literal('ordering'),
    attempt: storedObject({
      attemptedAt: z.number(),
      inFlightUntil: z.number().nullable(),
      revisit: z.boolean(),
      countedAt: z.number().exactOptional(),
      isRefused: z.boolean().exactOptional(),
    }),
    problem: problem.nullable(),
  }),
  storedObject({
    ...order,
    state: z.literal('ordered'),
    workerId: z.string(),
    turnId: z.string().nullable(),
    dashboardUrl: z.string().nullable(),
    isAddressUnusable: z.literal(true).exactOptional(),
    isFollowed: z.literal(true).exactOptional(),
    status: storedObject({
      name: z.string(),
      isComplete: z.boolean(),
      isWithdrawn: z.boolean(),
      hasReport: z.boolean(),
    }).nullable(),
  }),
  storedObject({ state: z.literal('blocked'), enteredAt: z.number().nullable(), problem }),
  storedObject({ state: z.literal('rerun_denied'), enteredAt: z.number(), changedAt: z.number() }),
  storedObject({ state: z.literal('erased'), enteredAt: z.number() }),
]);

/** The stored form of a record. */
export const recordSchema: z.ZodType<OpportunityRecord> = storedObject({
  accountId: z.string(),
  opportunityId: z.string(),
  leverAccountId: z.string().nullable(),
  contactId: z.string().nullable().default(null),
  entries: z.array(entry),
  requested: storedObject({ enteredAt: z.number(), requestedAt: z.number() }).exactOptional(),
  lever: storedObject({
    tag: z.string().nullable(),
    otherTags: z.array(z.string()),
    notes: z.array(
      storedObject({
        key: z.string(),
        // Whoever cannot tell looks before writing.
        state: z.enum(['posting', 'posted']).catch('posting'),
        noteId: z.string().nullable(),
        text: z.string().nullable(),
      }),
    ),
    deferred: z.array(storedObject({ write: z.string(), until: z.number() })),
    lookedAt: z.number().exactOptional(),
    tagMissedTimes: z.number().exactOptional(),
    isUnsure: z.literal(true).exactOptional(),
    readBackAt: z.number().exactOptional(),
    moves: z
      .array(
        storedObject({
          key: z.string(),
          // Whatever became of it, it is not done again.
          state: z.enum(moveStates).catch('stayed'),
          stageId: z.string().nullable(),
          stageName: z.string(),
          from: z.number().nullable(),
          startedAt: z.number(),
        }),
      )
      .exactOptional(),
    lease: storedObject({ leaseId: z.string(), until: z.number(), dirty: z.boolean() }).nullable(),
  }),
  nextDecision: scheduled,
  nextSync: scheduled,
  erasedAt: z.number().nullable(),
});
