import * as z from 'zod/mini';

const leverAccount = {
  leverAccountId: z.nullable(z.string()).check(z.describe('Null: Lever’s token did not tell.')),
  authorizedAt: z.nullable(z.number()).check(z.describe('Epoch milliseconds.')),
  authorizedBy: z.nullable(z.string()).check(z.describe('The person’s id at Turn’s OpenID provider.')),
  authorizedByName: z.nullable(z.string()).check(z.describe('What their token calls them, as far as we know.')),
};

/** The Lever that the account is, or was last, connected to, and the other one that waits for a yes. */
export const replacementSchema = z.strictObject({
  present: z.strictObject({ state: z.enum(['not_connected', 'connected', 'disconnected']), ...leverAccount }),
  other: z.strictObject(leverAccount),
});
