import { admit } from '#shared/edge/admit.ts';
import type { Answer, Incoming } from '#shared/edge/http-handler.ts';
import { hashOf } from '#shared/stores/authorization-store.ts';
import { markBrowser } from './browser-cookie.ts';
import type { LeverOauthPorts } from './ports.ts';

/** Begins an authorization: answers where at Lever the Super Admin grants access, and marks the browser that may come back from there. */
export const beginAuthorization = async (incoming: Incoming, ports: LeverOauthPorts): Promise<Answer> => {
  const admitted = await admit(incoming, 'super_admin', ports);
  if ('refusal' in admitted) return admitted.refusal;
  const login = await ports.login();
  if (login === null) {
    const message = 'This deployment has no Lever app yet: its operator has to set the id and secret of one.';
    return { status: 503, code: 'lever_app_missing', message };
  }
  const [state, browserSecret] = [ports.newSecret(), ports.newSecret()];
  const { accountId, userId } = admitted.caller;
  await ports.authorizations.begin(state, { accountId, userId, browserHash: hashOf(browserSecret) });
  return {
    status: 200,
    json: { authorizeUrl: login.authorizeUrl(state) },
    cookies: [markBrowser(ports.publicUrl, browserSecret)],
  };
};
