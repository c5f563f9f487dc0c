import * as z from 'zod';
import { parseJson } from '#shared/http/parse-json.ts';

const opaqueId = z.string().regex(/^[\w|.@-]{1,100}$/u);
const claims = { account: 'https://oauth.lever.co/accountId', user: 'https://oauth.lever.co/userId' } as const;
const payloadSchema = z.object({
  [claims.account]: opaqueId.nullable().catch(null),
  [claims.user]: opaqueId.nullable().catch(null),
});

/** Which Lever account and which of its users an access token speaks for, where it says so: inferred from the example in Lever's reference, hence read with no more trust than that. */
export const readTokenOwner = (accessToken: string): { leverAccountId: string | null; leverUserId: string | null } => {
  const payload = Buffer.from(accessToken.split('.')[1] ?? '', 'base64url').toString('utf8');
  const read = payloadSchema.safeParse(parseJson(payload)).data;
  return { leverAccountId: read?.[claims.account] ?? null, leverUserId: read?.[claims.user] ?? null };
};
