import { userInfo } from 'node:os';
import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import * as z from 'zod';
import { parseJson } from '#shared/http/parse-json.ts';

const answerSchema = z.object({
  GetCallerIdentityResponse: z.object({ GetCallerIdentityResult: z.object({ Arn: z.string() }) }),
});
const timeoutMs = 5_000;

/** Who runs the command: the AWS principal as STS names it, or the user of this machine where AWS does not say. */
export const findOperator = async (client: DynamoDBClient, isLocal: boolean): Promise<string> => {
  const user = `local user ${userInfo().username}`;
  if (isLocal) return user;
  const principal = await askSts(client).catch(() => null);
  return principal ?? `${user} (AWS did not say who)`;
};

/** Signed with what the client signs with, so that no client of STS is needed for one question. */
const askSts = async (client: DynamoDBClient): Promise<string | null> => {
  const region = await client.config.region();
  const hostname = `sts.${region}.amazonaws.com`;
  const signer = await client.config.signer();
  const body = 'Action=GetCallerIdentity&Version=2011-06-15';
  const headers = { host: hostname, accept: 'application/json', 'content-type': 'application/x-www-form-urlencoded' };
  const request = { method: 'POST', protocol: 'https:', hostname, path: '/', query: {}, headers, body };
  const signed = await signer.sign(request, { signingService: 'sts', signingRegion: region });
  const answer = await fetch(`https://${hostname}/`, {
    method: 'POST',
    headers: signed.headers,
    body,
    redirect: 'error',
    signal: AbortSignal.timeout(timeoutMs),
  });
  const { data } = answerSchema.safeParse(parseJson(await answer.text()));
  return data?.GetCallerIdentityResponse.GetCallerIdentityResult.Arn ?? null;
};
