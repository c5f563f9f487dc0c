import * as z from 'zod/mini';
import { activityKinds } from '#shared/domain/activity.ts';
import { candidateGroups, candidateStateKinds } from '#shared/domain/candidate-state.ts';

/** The shapes of what the settings API tells of candidates, and of what happened. */

const time = z.number().check(z.describe('Epoch milliseconds.'));

const person = {
  by: z.nullable(z.string()).check(z.describe('Who did it: a person’s id at Turn’s OpenID provider; null: nobody.')),
  byName: z.nullable(z.string()).check(z.describe('What that person’s own token called them; null: not known.')),
};

const movedBy = z
  .exactOptional(z.string())
  .check(z.describe('Lever’s id of the user who moved the candidate into the stage; absent: Lever does not say.'));

const candidate = z.strictObject({
  opportunityId: z.string(),
  state: z.strictObject({
    kind: z.enum(candidateStateKinds),
    group: z.enum(candidateGroups),
    code: z
      .nullable(z.string())
      .check(
        z.describe(
          'Of a `problem` or of the reason of `waiting`; of a `check` the name of its status, null while Turn has told none.',
        ),
      ),
    since: z.nullable(time),
  }),
  turnId: z.nullable(z.string()),
  packageId: z.nullable(z.string()).check(z.describe('Null: Turn’s default, or nothing was ordered.')),
  isFollowed: z.boolean().check(z.describe('The check was ordered for another opportunity of the same person.')),
});

export const candidatesSchema = z.strictObject({
  candidates: z.array(candidate),
  order: z
    .enum(['newest', 'id'])
    .check(
      z.describe(
        '`newest`: by the newest change. `id`: an account of more than a thousand candidates is listed by the opportunity’s id.',
      ),
    ),
  next: z
    .nullable(z.string())
    .check(z.describe('Leads to the next page as `after`, also where this one is empty; null: there is none.')),
});

export const candidateSchema = z.extend(candidate, {
  timeline: z
    .array(
      z.strictObject({
        at: time,
        kind: z.enum([...activityKinds, 'moved_in']),
        detail: z.nullable(z.string()),
        movedBy,
        ...person,
      }),
    )
    .check(z.describe('What happened, newest first; `moved_in` is Lever’s time of a move into a trigger stage.')),
  isComplete: z.boolean().check(z.describe('False: more happened than is told here.')),
});

export const activitiesSchema = z.strictObject({
  activities: z.array(
    z.strictObject({
      at: time,
      kind: z.enum(activityKinds),
      opportunityId: z.nullable(z.string()),
      detail: z.nullable(z.string()),
      movedBy,
      ...person,
    }),
  ),
  next: z.nullable(z.string()).check(z.describe('Leads to the next page as `after`; null: there is none.')),
});

export const usageSchema = z.strictObject({
  month: z.string().check(z.describe('Year and month, by the clock of UTC.')),
  packages: z
    .array(
      z.strictObject({
        packageId: z.nullable(z.string()).check(z.describe('Null: Turn’s default.')),
        started: z.number(),
      }),
    )
    .check(z.describe('The checks started in the month, the commonest package first.')),
});
