import { createHmac } from 'node:crypto';

/**
 * The proof key (PKCE) of an authorization: without it, a code that Lever gave for another authorization is worth nothing
 * here. It is made anew from what only this browser holds and what only this authorization has, so that it is stored nowhere.
 */
export const codeVerifierOf = (state: string, browserSecret: string): string =>
  createHmac('sha256', browserSecret).update(state).digest('base64url');
