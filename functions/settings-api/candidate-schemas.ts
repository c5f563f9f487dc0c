import * as z from 'zod';
import { activityKinds } from '#shared/domain/activity.ts';
import { candidateGroups, candidateStateKinds } from '#shared/domain/candidate-state.ts';

/** The shapes of what the settings API tells of candidates, and of what happened. */

const time = z.number().meta({ description: 'Epoch milliseconds.' });

const person = {
  by: z.string().nullable().meta({ description: 'Who did it: a person’s id at Turn’s OpenID provider; null: nobody.' }),
  byName: z.string().nullable().meta({ description: 'What that person’s own token called them; null: not known.' }),
};

const movedBy = z
  .string()
  .exactOptional()
  .meta({ description: 'Lever’s id of the user who moved the candidate into the stage; absent: Lever does not say.' });

const candidate = z.strictObject({
  opportunityId: z.string(),
  state: z.strictObject({
    kind: z.enum(candidateStateKinds),
    group: z.enum(candidateGroups),
    code: z.string().nullable().meta({
      description:
        'Of a `problem` or of the reason of `waiting`; of a `check` the name of its status, null while Turn has told none.',
    }),
    since: time.nullable(),
  }),
  turnId: z.string().nullable(),
  packageId: z.string().nullable().meta({ description: 'Null: Turn’s default, or nothing was ordered.' }),
  isFollowed: z.boolean().meta({ description: 'The check was ordered for another opportunity of the same person.' }),
});

export const candidatesSchema = z.strictObject({
  candidates: z.array(candidate),
  order: z.enum(['newest', 'id']).meta({
    description:
      '`newest`: by the newest change. `id`: an account of more than a thousand candidates is listed by the opportunity’s id.',
  }),
  next: z.string().nullable().meta({
    description: 'Leads to the next page as `after`, also where this one is empty; null: there is none.',
  }),
});

export const candidateSchema = candidate.extend({
  timeline: z
    .array(
      z.strictObject({
        at: time,
        kind: z.enum([...activityKinds, 'moved_in']),
        detail: z.string().nullable(),
        movedBy,
        ...person,
      }),
    )
    .meta({ description: 'What happened, newest first; `moved_in` is Lever’s time of a move into a trigger stage.' }),
  isComplete: z.boolean().meta({ description: 'False: more happened than is told here.' }),
});

export const activitiesSchema = z.strictObject({
  activities: z.array(
    z.strictObject({
      at: time,
      kind: z.enum(activityKinds),
      opportunityId: z.string().nullable(),
      detail: z.string().nullable(),
      movedBy,
      ...person,
    }),
  ),
  next: z.string().nullable().meta({ description: 'Leads to the next page as `after`; null: there is none.' }),
});

export const usageSchema = z.strictObject({
  month: z.string().meta({ description: 'Year and month, by the clock of UTC.' }),
  packages: z
    .array(
      z.strictObject({
        packageId: z.string().nullable().meta({ description: 'Null: Turn’s default.' }),
        started: z.number(),
      }),
    )
    .meta({ description: 'The checks started in the month, the commonest package first.' }),
});
