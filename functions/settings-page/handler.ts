// Trigger: browsers (HTTP). Does: serves the settings page, which lies built beside this file. On failure: answers 500; reloading tries again.
import { readFileSync } from 'node:fs';
import { readVariable } from '#shared/aws/environment.ts';
import { httpHandler } from '#shared/edge/http-handler.ts';
import { readPage, servePage } from './serve-page.ts';

const ports = {
  page: readPage(readFileSync(new URL('page.json', import.meta.url), 'utf8')),
  config: {
    issuer: readVariable('OIDC_ISSUER'),
    clientId: readVariable('OIDC_CLIENT_ID'),
    audience: readVariable('OIDC_AUDIENCE'),
    scope: readVariable('OIDC_SCOPE'),
    redirectUri: `${readVariable('PUBLIC_API_URL')}/settings`,
  },
};

export const handler = httpHandler(async (incoming) => servePage(incoming, ports));
