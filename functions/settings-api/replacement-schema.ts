import * as z from 'zod';

const leverAccount = {
  leverAccountId: z.string().nullable().meta({ description: 'Null: Lever’s token did not tell.' }),
  authorizedAt: z.number().nullable().meta({ description: 'Epoch milliseconds.' }),
  authorizedBy: z.string().nullable().meta({ description: 'The person’s id at Turn’s OpenID provider.' }),
  authorizedByName: z.string().nullable().meta({ description: 'What their token calls them, as far as we know.' }),
};

/** The Lever that the account is, or was last, connected to, and the other one that waits for a yes. */
export const replacementSchema = z.strictObject({
  present: z.strictObject({ state: z.enum(['not_connected', 'connected', 'disconnected']), ...leverAccount }),
  other: z.strictObject(leverAccount),
});
