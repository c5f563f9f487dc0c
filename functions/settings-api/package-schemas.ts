import * as z from 'zod/mini';
import { longestPackageName, mostEntered, packageSources, tagsReadings } from '#shared/domain/packages.ts';

/** The shapes of the settings API that tell of packages. */

const id = z.string().check(z.meta({ pattern: '^P[0-9]{1,20}$' }));

export const packagesSchema = z.strictObject({
  packages: z
    .array(
      z.strictObject({
        id,
        name: z.nullable(z.string()).check(z.describe('Null: nobody has told it.')),
        from: z.enum(packageSources).check(z.describe('The first of those that name it.')),
      }),
    )
    .check(z.describe('By name; those without one last.')),
  turnAnswers: z.boolean().check(z.describe('False: Turn lists no packages, or none that we can read.')),
  leverTags: z
    .enum(tagsReadings)
    .check(
      z.describe(
        '`forbidden`: the access was granted without the right to read the list of tags. `unread`: Lever did not answer, or is not connected.',
      ),
    ),
});

export const enteredPackagesSchema = z.strictObject({
  packages: z
    .array(z.strictObject({ id, name: z.string().check(z.meta({ minLength: 1, maxLength: longestPackageName })) }))
    .check(
      z.meta({
        maxItems: mostEntered,
        description: 'All that are entered by hand; a name given here goes before any other.',
      }),
    ),
});
