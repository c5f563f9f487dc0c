import { sendRequest } from '#shared/http/send-request.ts';
import { createLeverLogin, type LeverLogin } from '#shared/lever/lever-login.ts';
import { now, openLeverApp } from '#shared/runtime.ts';

/** What the template puts into the secret until the operator does. */
const unset = 'not-set-yet';

/** Lever's login for the app that the operator set; null where none is set yet. */
export const openLeverLogin = (variables: {
  LEVER_APP_SECRET_ID: string;
  LEVER_AUTH_URL: string;
  LEVER_API_URL: string;
  PUBLIC_API_URL: string;
}): (() => Promise<LeverLogin | null>) => {
  const leverApp = openLeverApp(variables.LEVER_APP_SECRET_ID);
  return async () => {
    const app = await leverApp();
    if (app.clientId === unset) return null;
    return createLeverLogin({
      ...{ app, now, send: sendRequest, authUrl: variables.LEVER_AUTH_URL, apiUrl: variables.LEVER_API_URL },
      redirectUri: `${variables.PUBLIC_API_URL}/lever/oauth/callback`,
    });
  };
};
