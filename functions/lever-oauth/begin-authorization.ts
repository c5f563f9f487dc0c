import type { Request } from '#shared/edge/authorize.ts';
import type { Answer } from '#shared/edge/http-handler.ts';
import { hashOf } from '#shared/stores/authorization-store.ts';
import type { AppPorts } from '#shared/vendors.ts';
import { codeVerifierOf } from './code-verifier.ts';
import { browserSecretOf, setStateCookie } from './state-cookie.ts';

/** Begins an authorization: answers where at Lever the Super Admin grants access, and sets the cookie of the browser that may come back from there. */
export const beginAuthorization = async ({ caller, incoming }: Request, ports: AppPorts): Promise<Answer> => {
  const login = await ports.login();
  if (login === null) {
    const message = 'This deployment has no Lever app yet: its operator has to set the id and secret of one.';
    return { status: 503, code: 'lever_app_missing', message };
  }
  const state = ports.newSecret();
  // In a second tab the browser stays marked as it is, or the first one could not come back.
  const browserSecret = browserSecretOf(incoming, ports.config.publicUrl) ?? ports.newSecret();
  const { accountId, userId } = caller;
  await ports.authorizations.begin(state, { accountId, userId, browserHash: hashOf(browserSecret) });
  return {
    status: 200,
    json: { authorizeUrl: await login.authorizeUrl(state, codeVerifierOf(state, browserSecret)) },
    cookies: [setStateCookie(ports.config.publicUrl, browserSecret)],
  };
};
