import * as z from 'zod';
import { isOpportunityId } from '#shared/domain/ids.ts';

/** The shapes of what is asked and answered about those who are in the stage now. */

const opportunityId = z.string().refine(isOpportunityId, { error: 'This is not a valid opportunity id.' });
const time = z.number().meta({ description: 'Epoch milliseconds.' });

/** So many may be asked for at once. */
export const mostRequested = 500;

export const alreadyInStageSchema = z
  .strictObject({
    count: z.number(),
    isComplete: z.boolean().meta({ description: 'False: there may be more than were counted.' }),
  })
  .nullable()
  .meta({
    description:
      'How many stood in a trigger stage before the account was connected, or had the stage chosen, and get no check; null: not counted yet.',
  });

export const inStageAnswerSchema = z.strictObject({
  candidates: z
    .array(
      z.strictObject({
        opportunityId: z.string(),
        enteredAt: time.nullable().meta({ description: 'Null: Lever does not say when.' }),
        standing: z.enum(['has_check', 'left_out', 'requested', 'as_usual']).meta({
          description:
            '`left_out`: gets no check unless somebody asks for it, because the entry was before the start; `as_usual`: is seen to as everybody is.',
        }),
        would: z.string().nullable().meta({
          description:
            'What would become of one who is left out, if somebody asked: `start`, or why no check would start. Null for others.',
        }),
        packageId: z.string().nullable().meta({ description: 'What would be ordered; null: Turn’s default, or none.' }),
      }),
    )
    .meta({ description: 'The latest first; 500 at most.' }),
  isComplete: z.boolean().meta({ description: 'False: there may be more.' }),
});

export const backfillSchema = z.strictObject({
  candidates: z
    .array(
      z.strictObject({
        opportunityId,
        enteredAt: z.int().positive().meta({ description: 'The entry that was listed: another one is not checked.' }),
      }),
    )
    .min(1)
    .max(mostRequested),
});

export const backfillAnswerSchema = z.strictObject({
  requested: z.number().meta({ description: 'A check is asked for; whether one starts, each candidate decides.' }),
  leftOut: z.number().meta({ description: 'They have a check, or their entry is seen to already.' }),
  failed: z.number().meta({ description: 'Nothing was asked for: ask once more, which asks for nobody twice.' }),
});

export const decisionAnswerSchema = z.strictObject({
  requested: z.literal(true).meta({ description: 'The candidate is looked at again within about a minute.' }),
});
