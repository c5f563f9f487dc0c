// Trigger: browsers (HTTP). Does: serves the settings page, which lies built beside this file. On failure: answers 500; reloading tries again.
import { readFileSync } from 'node:fs';
import { readEnvironment } from '#shared/config/environment.ts';
import { httpHandler } from '#shared/edge/http-handler.ts';
import { readPage, servePage } from './serve-page.ts';

const variables = readEnvironment(['OIDC_ISSUER', 'OIDC_CLIENT_ID', 'OIDC_AUDIENCE', 'PUBLIC_API_URL']);
const ports = {
  page: readPage(readFileSync(new URL('page.json', import.meta.url), 'utf8')),
  config: {
    issuer: variables.OIDC_ISSUER,
    clientId: variables.OIDC_CLIENT_ID,
    audience: variables.OIDC_AUDIENCE,
    redirectUri: `${variables.PUBLIC_API_URL}/settings`,
  },
};

export const handler = httpHandler(async (incoming) => servePage(incoming, ports));
