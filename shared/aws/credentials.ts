import { hasFields, isText, withShape } from '#shared/guards.ts';
import { parseJson } from '#shared/http/parse-json.ts';
import type { Exchange } from './exchange.ts';

/** What requests are signed with. */
export type Credentials = {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
};

type HandedOut = {
  readonly AccessKeyId: string;
  readonly SecretAccessKey: string;
  readonly Token: string;
  readonly Expiration: string;
};
const isHandedOut = hasFields<HandedOut>({
  AccessKeyId: isText,
  SecretAccessKey: isText,
  Token: isText,
  Expiration: (until): until is string => isText(until) && !Number.isNaN(Date.parse(until)),
});

/** So long before their end they are asked for anew, as AWS's own clients do. */
const renewedBeforeMs = 5 * 60_000;

/** A function's credentials: of its environment, as Lambda gives them, or of the endpoint that it names there instead (SnapStart). Throws where there are none. */
export const createCredentials = (
  exchange: Exchange,
  environment: Readonly<Record<string, string | undefined>>,
  now: () => number,
): (() => Promise<Credentials>) => {
  let handedOut: { credentials: Credentials; until: number } | null = null;
  return async () => {
    const {
      AWS_ACCESS_KEY_ID: accessKeyId,
      AWS_SECRET_ACCESS_KEY: secretAccessKey,
      AWS_SESSION_TOKEN: sessionToken,
      AWS_CONTAINER_CREDENTIALS_FULL_URI: endpoint,
    } = environment;
    if (accessKeyId && secretAccessKey) {
      return { accessKeyId, secretAccessKey, ...(sessionToken ? { sessionToken } : {}) };
    }
    if (!endpoint) throw new Error('The function has no credentials.');
    if (handedOut !== null && now() < handedOut.until - renewedBeforeMs) return handedOut.credentials;
    const { body } = await exchange({
      method: 'GET',
      url: new URL(endpoint),
      headers: { authorization: tokenOf(environment) },
      body: '',
    });
    const given = withShape(isHandedOut, parseJson(body));
    handedOut = {
      credentials: {
        accessKeyId: given.AccessKeyId,
        secretAccessKey: given.SecretAccessKey,
        sessionToken: given.Token,
      },
      until: Date.parse(given.Expiration),
    };
    return handedOut.credentials;
  };
};

/** Not by promises, which take longer to load than the few bytes to read; and not imported, for node then loads its streams of files too. */
const tokenOf = (environment: Readonly<Record<string, string | undefined>>): string => {
  const file = environment['AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE'];
  return file
    ? process.getBuiltinModule('node:fs').readFileSync(file, 'utf8').trim()
    : (environment['AWS_CONTAINER_AUTHORIZATION_TOKEN'] ?? '');
};
