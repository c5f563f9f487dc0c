import * as z from 'zod/mini';
import { isOpportunityId } from '#shared/domain/ids.ts';

/** The shapes of what is asked and answered about those who are in the stage now. */

const opportunityId = z.string().check(z.refine(isOpportunityId, { error: 'This is not a valid opportunity id.' }));
const time = z.number().check(z.describe('Epoch milliseconds.'));

/** So many may be asked for at once. */
export const mostRequested = 500;

export const alreadyInStageSchema = z
  .nullable(
    z.strictObject({
      count: z.number(),
      isComplete: z.boolean().check(z.describe('False: there may be more than were counted.')),
    }),
  )
  .check(
    z.describe(
      'How many stood in a trigger stage before the account was connected, or had the stage chosen, and get no check; null: not counted yet.',
    ),
  );

export const inStageAnswerSchema = z.strictObject({
  candidates: z
    .array(
      z.strictObject({
        opportunityId: z.string(),
        enteredAt: z.nullable(time).check(z.describe('Null: Lever does not say when.')),
        standing: z
          .enum(['has_check', 'left_out', 'requested', 'as_usual'])
          .check(
            z.describe(
              '`left_out`: gets no check unless somebody asks for it, because the entry was before the start; `as_usual`: is seen to as everybody is.',
            ),
          ),
        would: z
          .nullable(z.string())
          .check(
            z.describe(
              'What would become of one who is left out, if somebody asked: `start`, or why no check would start. Null for others.',
            ),
          ),
        packageId: z.nullable(z.string()).check(z.describe('What would be ordered; null: Turn’s default, or none.')),
      }),
    )
    .check(z.describe('The latest first; 500 at most.')),
  isComplete: z.boolean().check(z.describe('False: there may be more.')),
});

export const backfillSchema = z.strictObject({
  candidates: z
    .array(
      z.strictObject({
        opportunityId,
        enteredAt: z.int().check(z.positive(), z.describe('The entry that was listed: another one is not checked.')),
      }),
    )
    .check(z.minLength(1), z.maxLength(mostRequested)),
});

export const backfillAnswerSchema = z.strictObject({
  requested: z.number().check(z.describe('A check is asked for; whether one starts, each candidate decides.')),
  leftOut: z.number().check(z.describe('They have a check, or their entry is seen to already.')),
  failed: z.number().check(z.describe('Nothing was asked for: ask once more, which asks for nobody twice.')),
});

export const decisionAnswerSchema = z.strictObject({
  requested: z.literal(true).check(z.describe('The candidate is looked at again within about a minute.')),
});
