import type { Incoming } from '#shared/edge/http-handler.ts';
import { authorizationSeconds, hashOf } from '#shared/stores/authorization-store.ts';

/** The name that browsers bind to one host and to https; on a machine of one's own there is no https. */
const nameFor = (publicUrl: string): string =>
  publicUrl.startsWith('https://') ? '__Host-lever-oauth' : 'lever-oauth';

const attributesFor = (publicUrl: string): string =>
  `Path=/; HttpOnly; SameSite=Lax${publicUrl.startsWith('https://') ? '; Secure' : ''}`;

/** Marks the browser in which an authorization begins. */
export const markBrowser = (publicUrl: string, secret: string): string =>
  `${nameFor(publicUrl)}=${secret}; Max-Age=${authorizationSeconds}; ${attributesFor(publicUrl)}`;

/** Marks for another ten minutes the browser that is marked. */
export const markAnew = ({ cookies }: Incoming, publicUrl: string): string =>
  markBrowser(publicUrl, cookies[nameFor(publicUrl)] ?? '');

/** Takes the mark off again. */
export const unmarkBrowser = (publicUrl: string): string =>
  `${nameFor(publicUrl)}=; Max-Age=0; ${attributesFor(publicUrl)}`;

/** Is it the browser in which the authorization began? Compares hashes, which tell nothing by the time it takes. */
export const isSameBrowser = ({ cookies }: Incoming, publicUrl: string, browserHash: string): boolean => {
  const name = nameFor(publicUrl);
  return Object.hasOwn(cookies, name) && hashOf(cookies[name] ?? '') === browserHash;
};
