// Trigger: queue check-updates. Does: reads the check's status from Turn, makes Lever's tags and notes match. On failure: parks the work in the table; bugs go to the dead letters.
import { randomUUID } from 'node:crypto';
import { readEnvironment, readWaiting } from '#shared/config/environment.ts';
import { parkFailures } from '#shared/edge/park-failures.ts';
import { queueHandler } from '#shared/edge/queue-handler.ts';
import { report } from '#shared/observability/report.ts';
import {
  now,
  openActivities,
  openCredentials,
  openJournal,
  openLever,
  openOwnQueue,
  openQueue,
  openRateSlots,
  openTable,
  openTurn,
} from '#shared/runtime.ts';
import { updateLever } from './update-lever.ts';

const variables = readEnvironment([
  'TABLE_NAME',
  'STAGE_CHANGES_QUEUE_URL',
  'OWN_QUEUE_URL',
  'DEAD_LETTER_QUEUE_URL',
  'ENCRYPTION_KEY_SECRET_ID',
  'LEVER_APP_SECRET_ID',
  'LEVER_API_URL',
  'LEVER_AUTH_URL',
  'TURN_API_URL',
]);
const { table, accounts, screenings } = openTable(variables.TABLE_NAME);
const credentials = openCredentials(table, variables.ENCRYPTION_KEY_SECRET_ID);
const activities = openActivities(table);
const shared = { now, random: Math.random, waiting: readWaiting(), accounts, activities, screenings, report };
const ports = {
  ...shared,
  journal: openJournal(table, report),
  newId: randomUUID,
  leverOf: openLever(table, credentials, variables),
  turnOf: openTurn(credentials, variables.TURN_API_URL),
  takeSlots: openRateSlots(table),
  nudgeStageChange: openQueue(variables.STAGE_CHANGES_QUEUE_URL),
};

export const handler = queueHandler({
  work: parkFailures({ ...shared, lane: 'refresh', work: (nudge) => updateLever(nudge, ports) }),
  ...openOwnQueue(variables),
  report,
});
