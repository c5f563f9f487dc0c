// Trigger: the settings page and Lever's login (HTTP). Does: connects an account to Lever, disconnects it. On failure: answers 500; the Super Admin tries again.
import { randomBytes } from 'node:crypto';
import { readEnvironment } from '#shared/config/environment.ts';
import { byRoute } from '#shared/edge/by-route.ts';
import { claimNameVariables } from '#shared/edge/caller.ts';
import { httpHandler } from '#shared/edge/http-handler.ts';
import { report } from '#shared/observability/report.ts';
import { now, openActivities, openCredentials, openLeverWebhooks, openTable, openVault } from '#shared/runtime.ts';
import { createAuthorizationStore } from '#shared/stores/authorization-store.ts';
import { createWaitingGrantStore } from '#shared/stores/waiting-grant-store.ts';
import { beginAuthorization } from './begin-authorization.ts';
import { disconnectLever } from './disconnect-lever.ts';
import { finishAuthorization } from './finish-authorization.ts';
import { openLeverLogin } from './open-lever-login.ts';
import type { LeverOauthPorts } from './ports.ts';
import { replaceGrant } from './replace-grant.ts';

const variables = readEnvironment([
  'TABLE_NAME',
  'ENCRYPTION_KEY_SECRET_ID',
  'LEVER_APP_SECRET_ID',
  'LEVER_API_URL',
  'LEVER_AUTH_URL',
  'PUBLIC_API_URL',
  ...claimNameVariables,
]);
const { table, accounts } = openTable(variables.TABLE_NAME);
const credentials = openCredentials(table, variables.ENCRYPTION_KEY_SECRET_ID);
const ports: LeverOauthPorts = {
  now,
  accounts,
  credentials,
  report,
  newSecret: () => randomBytes(32).toString('base64url'),
  claimNames: variables,
  activities: openActivities(table),
  authorizations: createAuthorizationStore(table, { now }),
  waitingGrants: createWaitingGrantStore(table, openVault(variables.ENCRYPTION_KEY_SECRET_ID), { now }),
  login: openLeverLogin(variables),
  webhooksOf: openLeverWebhooks(table, credentials, variables),
  publicUrl: variables.PUBLIC_API_URL,
};

export const handler = httpHandler(
  byRoute({
    'POST /api/lever/authorize': (incoming) => beginAuthorization(incoming, ports),
    'GET /lever/oauth/callback': (incoming) => finishAuthorization(incoming, ports),
    'POST /api/lever/replace': (incoming) => replaceGrant(incoming, ports),
    'POST /api/lever/disconnect': (incoming) => disconnectLever(incoming, ports),
  }),
);
