// Trigger: the settings page and other clients of signed-in people (HTTP). Does: shows and changes what an account chose. On failure: answers 500; nothing is half saved.
import { readEnvironment } from '#shared/config/environment.ts';
import { claimNameVariables } from '#shared/edge/caller.ts';
import { httpHandler } from '#shared/edge/http-handler.ts';
import { candidatesUrl } from '#shared/lever/candidates-url.ts';
import { report } from '#shared/observability/report.ts';
import { now, openActivities, openCredentials, openHealth, openLever, openTable } from '#shared/runtime.ts';
import { settingsApi } from './settings-api.ts';

const names = ['LEVER_API_URL', 'LEVER_AUTH_URL', 'LEVER_APP_SECRET_ID', 'ENCRYPTION_KEY_SECRET_ID'] as const;
const variables = readEnvironment([...claimNameVariables, 'TABLE_NAME', 'PUBLIC_API_URL', ...names]);
const { table, accounts, screenings } = openTable(variables.TABLE_NAME);
const credentials = openCredentials(table, variables.ENCRYPTION_KEY_SECRET_ID);
const ports = {
  ...{ now, report, accounts, credentials, screenings },
  claimNames: variables,
  publicUrl: variables.PUBLIC_API_URL,
  candidatesUrl: candidatesUrl(variables.LEVER_API_URL),
  health: openHealth(table),
  activities: openActivities(table),
  leverOf: openLever(table, credentials, variables),
};

export const handler = httpHandler(settingsApi(ports));
