import * as z from 'zod/mini';
import type { HttpAnswer } from '#shared/http/send-request.ts';

/** A host of Lever's, the only ones that are ever sent a token. */
export const leverHostSchema = z.string().check(z.regex(/^(?:[a-z0-9-]{1,63}\.){1,4}lever\.co$/u));

/** Where an answer sends the request: Lever redirects EU customers to their data centre. It goes there whole, but only to Lever itself; null: nowhere. */
export const redirectedTo = (answer: HttpAnswer, asked: URL): URL | null => {
  const { location } = answer.headers;
  if (![301, 302, 307, 308].includes(answer.status) || typeof location !== 'string') return null;
  if (!URL.canParse(location, asked.href)) return null;
  const target = new URL(location, asked);
  const { protocol, hostname, port, username, password } = target;
  const isPlain = protocol === 'https:' && port === '' && username === '' && password === '';
  return isPlain && leverHostSchema.safeParse(hostname).success ? target : null;
};

/** The data centre that one customer's calls go to, as far as Lever has redirected any. */
export type Region = {
  /** Undefined: none is known. */
  host(): string | undefined;
  /** Keeps it for later calls; undefined forgets it. */
  learn(host: string | undefined): Promise<void>;
};

/** A region that is known to one process alone. */
export const regionInMemory = (): Region => {
  let host: string | undefined;
  return {
    host: () => host,
    async learn(learnt) {
      host = learnt;
    },
  };
};

/** The same address at the host to which Lever redirected before; undefined: none. */
export const inRegion = (url: URL, host: string | undefined): URL => {
  if (host === undefined || url.hostname === host) return url;
  const there = new URL(url);
  there.protocol = 'https:';
  there.host = host;
  there.port = '';
  return there;
};
