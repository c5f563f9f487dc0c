import * as z from 'zod/mini';
import { packageChoices } from '#shared/domain/preview.ts';

/** What can be tried without ordering, and what it tells. */
export const previewSchema = z.strictObject({
  candidate: z
    .string()
    .check(z.meta({ maxLength: 500, description: 'A link to the candidate in Lever, or the opportunity’s id.' })),
});

export const previewAnswerSchema = z.strictObject({
  opportunityId: z.string(),
  outcome: z
    .enum(['start', 'follow', 'wait', 'problem', 'nothing'])
    .check(
      z.describe(
        'A check would start; the check of another application of the same person would be shown; it would start later; somebody would have to see to something; or nothing would happen.',
      ),
    ),
  why: z.nullable(z.string()).check(z.describe('A code that says why no check would start at once; null: one would.')),
  stage: z
    .nullable(z.string())
    .check(z.describe('The stage that the candidate would be moved into; null: none is chosen.')),
  startsInSeconds: z.number().check(z.describe('The account’s waiting time before the start.')),
  package: z
    .nullable(
      z.strictObject({
        from: z.enum(packageChoices),
        packageId: z.nullable(z.string()).check(z.describe('Null: Turn would choose, or none would be ordered.')),
        malformedTags: z
          .readonly(z.array(z.string()))
          .check(z.describe('The beginnings of tags that only look like TurnPackage.')),
      }),
    )
    .check(z.describe('Null: Lever does not let us see the candidate.')),
  sent: z
    .nullable(
      z.strictObject({
        name: z.nullable(z.strictObject({ firstName: z.string(), lastName: z.string() })),
        maskedEmail: z.nullable(z.string()),
        phone: z.enum(['sent', 'foreign', 'unusable', 'none']),
      }),
    )
    .check(z.describe('What of the candidate would reach Turn. Nothing of it is stored.')),
  lever: z.strictObject({
    tag: z.nullable(z.string()),
    notes: z.readonly(z.array(z.string())),
  }),
});
