// Trigger: every minute. Does: feeds due work to the queues, looks after the accounts, finds which of them Lever no longer lets in. On failure: the next run goes on where this one stopped.
import { readEnvironment, readMilliseconds } from '#shared/config/environment.ts';
import { scheduleHandler } from '#shared/edge/schedule-handler.ts';
import { report } from '#shared/observability/report.ts';
import {
  now,
  openActivities,
  openCredentials,
  openHealth,
  openLever,
  openLeverWebhooks,
  openQueue,
  openTable,
} from '#shared/runtime.ts';
import { createCatchUpStore } from '#shared/stores/catch-up-store.ts';
import { sweep } from './sweep.ts';

const variables = readEnvironment([
  'TABLE_NAME',
  'STAGE_CHANGES_QUEUE_URL',
  'CHECK_UPDATES_QUEUE_URL',
  'ENCRYPTION_KEY_SECRET_ID',
  'LEVER_APP_SECRET_ID',
  'LEVER_API_URL',
  'LEVER_AUTH_URL',
  'PUBLIC_API_URL',
]);
const waits = readMilliseconds(['RENUDGE_SECONDS', 'UPKEEP_SECONDS']);
const { table, accounts, screenings } = openTable(variables.TABLE_NAME);
const credentials = openCredentials(table, variables.ENCRYPTION_KEY_SECRET_ID);
const ports = {
  now,
  table,
  accounts,
  screenings,
  catchUps: createCatchUpStore(table),
  health: openHealth(table),
  activities: openActivities(table),
  credentials,
  leverOf: openLever(table, credentials, variables),
  webhooksOf: openLeverWebhooks(table, credentials, variables),
  publicUrl: variables.PUBLIC_API_URL,
  nudgeStageChange: openQueue(variables.STAGE_CHANGES_QUEUE_URL),
  nudgeCheckUpdate: openQueue(variables.CHECK_UPDATES_QUEUE_URL),
  renudgeMs: waits.RENUDGE_SECONDS,
  upkeepMs: waits.UPKEEP_SECONDS,
  report,
};

export const handler = scheduleHandler(() => sweep(ports));
