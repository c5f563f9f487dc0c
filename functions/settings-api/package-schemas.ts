import * as z from 'zod';
import { longestPackageName, mostEntered, packageSources, tagsReadings } from '#shared/domain/packages.ts';

/** The shapes of the settings API that tell of packages. */

const id = z.string().meta({ pattern: '^P[0-9]{1,20}$' });

export const packagesSchema = z.strictObject({
  packages: z
    .array(
      z.strictObject({
        id,
        name: z.string().nullable().meta({ description: 'Null: nobody has told it.' }),
        from: z.enum(packageSources).meta({ description: 'The first of those that name it.' }),
      }),
    )
    .meta({ description: 'By name; those without one last.' }),
  turnAnswers: z.boolean().meta({ description: 'False: Turn lists no packages, or none that we can read.' }),
  leverTags: z.enum(tagsReadings).meta({
    description:
      '`forbidden`: the access was granted without the right to read the list of tags. `unread`: Lever did not answer, or is not connected.',
  }),
});

export const enteredPackagesSchema = z.strictObject({
  packages: z
    .array(z.strictObject({ id, name: z.string().meta({ minLength: 1, maxLength: longestPackageName }) }))
    .meta({
      maxItems: mostEntered,
      description: 'All that are entered by hand; a name given here goes before any other.',
    }),
});
