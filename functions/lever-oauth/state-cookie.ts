import type { Incoming } from '#shared/edge/http-handler.ts';
import { authorizationSeconds, hashOf } from '#shared/stores/authorization-store.ts';

/** The name that browsers bind to one host and to https; on a machine of one's own there is no https. */
const nameFor = (publicUrl: string): string =>
  publicUrl.startsWith('https://') ? '__Host-lever-oauth' : 'lever-oauth';

const attributesFor = (publicUrl: string): string =>
  `Path=/; HttpOnly; SameSite=Lax${publicUrl.startsWith('https://') ? '; Secure' : ''}`;

/** The cookie by which the browser is known again in which an authorization began. */
export const setStateCookie = (publicUrl: string, secret: string): string =>
  `${nameFor(publicUrl)}=${secret}; Max-Age=${authorizationSeconds}; ${attributesFor(publicUrl)}`;

/** Has it the form of the secrets that we give out? */
export const isOwnSecret = (text: string): boolean => /^[\w-]{43}$/u.test(text);

/** What the browser is marked with; null where it is not, or with nothing that we gave it. */
export const browserSecretOf = ({ cookies }: Incoming, publicUrl: string): string | null => {
  const name = nameFor(publicUrl);
  const secret = Object.hasOwn(cookies, name) ? (cookies[name] ?? '') : '';
  return isOwnSecret(secret) ? secret : null;
};

/** The same cookie for another ten minutes. */
export const renewStateCookie = ({ cookies }: Incoming, publicUrl: string): string =>
  setStateCookie(publicUrl, cookies[nameFor(publicUrl)] ?? '');

/** Takes the cookie away again. */
export const clearStateCookie = (publicUrl: string): string =>
  `${nameFor(publicUrl)}=; Max-Age=0; ${attributesFor(publicUrl)}`;

/** Is it the browser in which the authorization began? Compares hashes, which tell nothing by the time it takes. */
export const isSameBrowser = ({ cookies }: Incoming, publicUrl: string, browserHash: string): boolean => {
  const name = nameFor(publicUrl);
  return Object.hasOwn(cookies, name) && hashOf(cookies[name] ?? '') === browserHash;
};
