/** What can go wrong with a call, by what the person in front of the page can do about it. */
export type FailureKind = 'offline' | 'signed_out' | 'forbidden' | 'stale' | 'invalid' | 'refused' | 'broken';

/** A call that did not do what was asked. `message` is for a person; `fields` says for each wrong field what is wrong with it. */
export class ApiFailure extends Error {
  readonly kind: FailureKind;
  readonly fields: Readonly<Record<string, string>>;

  constructor(kind: FailureKind, message: string, fields: Readonly<Record<string, string>> = {}) {
    super(message);
    this.kind = kind;
    this.fields = fields;
  }
}

/** One call of the settings API; `T` is what the contract says of the answer. */
export type Call = <T>(
  method: 'GET' | 'PUT' | 'POST' | 'DELETE',
  path: string,
  request?: { body?: unknown; ifMatch?: string },
) => Promise<{ json: T; etag: string }>;

const patienceMs = 30_000;
/** The account's minute, and as long as pages that wait for it spread themselves, so that not all of them come back at once. */
const mostWaitSeconds = 60;
const spreadMs = 5_000;

const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** Calls the settings API with the access token, and says in words what went wrong. Refused for being one too many, it asks once more when it is told to: nothing was done. */
export const createCall =
  (
    accessToken: () => Promise<string | null>,
    words: Record<'offline' | 'signedOut' | 'broken', string>,
    wait = sleep,
  ): Call =>
  async (method, path, request = {}) => {
    let { response, text } = await callOnce(accessToken, words, method, path, request);
    if (response.status === 429) {
      await wait(waitMsOf(response));
      ({ response, text } = await callOnce(accessToken, words, method, path, request));
    }
    const json = parse(text);
    if (!response.ok) throw failureOf(response.status, json?.error, words);
    return { json, etag: response.headers.get('etag') ?? '' };
  };

/** As long as it says; what API Gateway refuses by itself says nothing, and is over soon. */
const waitMsOf = (response: Response): number => {
  const seconds = Number(response.headers.get('retry-after'));
  return Math.min(seconds > 0 ? seconds : 1, mostWaitSeconds) * 1000 + Math.random() * spreadMs;
};

const callOnce = async (
  accessToken: () => Promise<string | null>,
  words: Record<'offline' | 'signedOut', string>,
  method: string,
  path: string,
  { body, ifMatch }: { body?: unknown; ifMatch?: string },
): Promise<{ response: Response; text: string }> => {
  const token = await accessToken();
  if (token === null) throw new ApiFailure('signed_out', words.signedOut);
  try {
    const response = await fetch(path, {
      method,
      headers: {
        authorization: `Bearer ${token}`,
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...(ifMatch === undefined ? {} : { 'if-match': ifMatch }),
      },
      body: body === undefined ? null : JSON.stringify(body),
      signal: AbortSignal.timeout(patienceMs),
    });
    return { response, text: await response.text() };
  } catch {
    throw new ApiFailure('offline', words.offline);
  }
};

const kinds: Readonly<Record<number, FailureKind>> = {
  401: 'signed_out',
  403: 'forbidden',
  412: 'stale',
  422: 'invalid',
};

const failureOf = (
  status: number,
  error: { message?: string; fields?: Record<string, string> } | undefined,
  words: { signedOut: string; broken: string },
): ApiFailure => {
  if (status === 401) return new ApiFailure('signed_out', words.signedOut);
  const kind = kinds[status] ?? (status < 500 ? 'refused' : 'broken');
  return new ApiFailure(kind, (kind === 'broken' ? undefined : error?.message) ?? words.broken, error?.fields);
};

// biome-ignore lint/suspicious/noExplicitAny: the API is ours and of the same origin; its answers are typed where they are asked for
const parse = (text: string): any => {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
};
