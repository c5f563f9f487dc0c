import * as z from 'zod';
import { packageChoices } from '#shared/domain/preview.ts';

/** What can be tried without ordering, and what it tells. */
export const previewSchema = z.strictObject({
  candidate: z
    .string()
    .meta({ maxLength: 500, description: 'A link to the candidate in Lever, or the opportunity’s id.' }),
});

export const previewAnswerSchema = z.strictObject({
  opportunityId: z.string(),
  outcome: z.enum(['start', 'follow', 'wait', 'problem', 'nothing']).meta({
    description:
      'A check would start; the check of another application of the same person would be shown; it would start later; somebody would have to see to something; or nothing would happen.',
  }),
  why: z
    .string()
    .nullable()
    .meta({ description: 'A code that says why no check would start at once; null: one would.' }),
  stage: z
    .string()
    .nullable()
    .meta({ description: 'The stage that the candidate would be moved into; null: none is chosen.' }),
  startsInSeconds: z.number().meta({ description: 'The account’s waiting time before the start.' }),
  package: z
    .strictObject({
      from: z.enum(packageChoices),
      packageId: z.string().nullable().meta({ description: 'Null: Turn would choose, or none would be ordered.' }),
      malformedTags: z
        .array(z.string())
        .readonly()
        .meta({ description: 'The beginnings of tags that only look like TurnPackage.' }),
    })
    .nullable()
    .meta({ description: 'Null: Lever does not let us see the candidate.' }),
  sent: z
    .strictObject({
      name: z.strictObject({ firstName: z.string(), lastName: z.string() }).nullable(),
      maskedEmail: z.string().nullable(),
      phone: z.enum(['sent', 'foreign', 'unusable', 'none']),
    })
    .nullable()
    .meta({ description: 'What of the candidate would reach Turn. Nothing of it is stored.' }),
  lever: z.strictObject({
    tag: z.string().nullable(),
    notes: z.array(z.string()).readonly(),
  }),
});
