import * as z from 'zod';
import { isFailureCode } from '#shared/domain/failure.ts';
import type { OpportunityRecord } from '#shared/domain/opportunity-record.ts';
import { problemCodes } from '#shared/domain/stage-entry.ts';
import { moveStates } from '#shared/domain/stage-move.ts';

const failureCode = z.string().refine(isFailureCode);
const scheduled = z
  .object({
    dueAt: z.number(),
    attempts: z.number(),
    lastFailure: failureCode.exactOptional(),
    failingSince: z.number().exactOptional(),
    isTold: z.literal(true).exactOptional(),
    failureCounts: z.partialRecord(failureCode, z.number()).exactOptional(),
    archivedLook: z.number().exactOptional(),
  })
  .nullable();
const problem = z.object({ code: z.enum(problemCodes), detail: z.string().nullable(), since: z.number() });
const order = {
  enteredAt: z.number(),
  packageId: z.string().nullable(),
  packageName: z.string().exactOptional(),
  warnings: z.array(
    z.discriminatedUnion('kind', [
      z.object({ kind: z.literal('malformed_package_tag'), tag: z.string(), usedDefault: z.boolean() }),
      z.object({ kind: z.literal('unknown_package'), packageId: z.string() }),
      z.object({ kind: z.literal('invitation_not_sent'), by: z.enum(['email', 'sms']) }),
      z.object({ kind: z.enum(['foreign_phone', 'refused_phone', 'refused_email']) }),
    ]),
  ),
  changedAt: z.number(),
};
const entry = z.discriminatedUnion('state', [
  z.object({
    ...order,
    state: z.literal('ordering'),
    attempt: z.object({
      attemptedAt: z.number(),
      inFlightUntil: z.number().nullable(),
      revisit: z.boolean(),
      countedAt: z.number().exactOptional(),
      isRefused: z.boolean().exactOptional(),
    }),
    problem: problem.nullable(),
  }),
  z.object({
    ...order,
    state: z.literal('ordered'),
    workerId: z.string(),
    turnId: z.string().nullable(),
    dashboardUrl: z.string().nullable(),
    isAddressUnusable: z.literal(true).exactOptional(),
    isFollowed: z.literal(true).exactOptional(),
    status: z
      .object({ name: z.string(), isComplete: z.boolean(), isWithdrawn: z.boolean(), hasReport: z.boolean() })
      .nullable(),
  }),
  z.object({ state: z.literal('blocked'), enteredAt: z.number().nullable(), problem }),
  z.object({ state: z.literal('rerun_denied'), enteredAt: z.number(), changedAt: z.number() }),
  z.object({ state: z.literal('erased'), enteredAt: z.number() }),
]);

/** The stored form of a record. */
export const recordSchema: z.ZodType<OpportunityRecord> = z.object({
  accountId: z.string(),
  opportunityId: z.string(),
  leverAccountId: z.string().nullable(),
  contactId: z.string().nullable().default(null),
  entries: z.array(entry),
  requested: z.object({ enteredAt: z.number(), requestedAt: z.number() }).exactOptional(),
  lever: z.object({
    tag: z.string().nullable(),
    otherTags: z.array(z.string()),
    notes: z.array(
      z.object({
        key: z.string(),
        state: z.enum(['posting', 'posted']),
        noteId: z.string().nullable(),
        text: z.string().nullable(),
      }),
    ),
    deferred: z.array(z.object({ write: z.string(), until: z.number() })),
    tagMissedTimes: z.number().exactOptional(),
    moves: z
      .array(
        z.object({
          key: z.string(),
          state: z.enum(moveStates),
          stageId: z.string().nullable(),
          stageName: z.string(),
          from: z.number().nullable(),
          startedAt: z.number(),
        }),
      )
      .exactOptional(),
    lease: z.object({ leaseId: z.string(), until: z.number(), dirty: z.boolean() }).nullable(),
  }),
  nextDecision: scheduled,
  nextSync: scheduled,
  erasedAt: z.number().nullable(),
});
