import * as z from 'zod';
import { isStageId } from '#shared/domain/ids.ts';
import { longestStageName } from '#shared/domain/settings-faults.ts';

const targetSchema = z
  .strictObject({
    id: z.string().refine(isStageId, { error: 'This is not a valid stage id.' }).nullable(),
    name: z.string().meta({ minLength: 1, maxLength: longestStageName }),
  })
  .nullable();

/** Where candidates go after a check. */
export const stageAfterSchema = z.strictObject({ clear: targetSchema, consider: targetSchema }).meta({
  description:
    'The stage to which a candidate is moved when a check comes to this outcome, if the candidate still stands in a stage that starts checks; null: none.',
});
