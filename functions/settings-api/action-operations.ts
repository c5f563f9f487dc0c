import * as z from 'zod/mini';
import { actionOutcomes } from '#shared/domain/check-action.ts';
import { askTurn, pressSchema } from './ask-turn.ts';

const answerSchema = z.strictObject({
  outcome: z
    .enum(actionOutcomes)
    .check(
      z.describe('What became of the press, also of one that was made before; `unknown`: it may have reached Turn.'),
    ),
  message: z.string().check(z.describe('The same for a person.')),
});

const pressed = {
  who: 'super_admin',
  body: pressSchema,
  answer: answerSchema,
  refusals: [400, 404, 409, 413, 422],
} as const;

/** What Super Admins may ask of Turn about a candidate's check: done once at most for each press, whatever fails. */
export const actionOperations = {
  'POST /api/candidates/{opportunityId}/resend-invitation': {
    ...pressed,
    useCase: askTurn('resend_invitation'),
    summary: 'Has Turn send the candidate its invitation once more',
  },
  'POST /api/candidates/{opportunityId}/recheck': {
    ...pressed,
    useCase: askTurn('recheck'),
    summary: 'Has Turn work on a check again that has come to an end; Turn may charge for it',
  },
} as const;
