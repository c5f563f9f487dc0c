import * as z from 'zod/mini';
import { isStageId } from '#shared/domain/ids.ts';
import { longestStageName } from '#shared/domain/settings-faults.ts';

const targetSchema = z.nullable(
  z.strictObject({
    id: z.nullable(z.string().check(z.refine(isStageId, { error: 'This is not a valid stage id.' }))),
    name: z.string().check(z.meta({ minLength: 1, maxLength: longestStageName })),
  }),
);

/** Where candidates go after a check. */
export const stageAfterSchema = z
  .strictObject({ clear: targetSchema, consider: targetSchema })
  .check(
    z.describe(
      'The stage to which a candidate is moved when a check comes to this outcome, if the candidate still stands in a stage that starts checks; null: none.',
    ),
  );
