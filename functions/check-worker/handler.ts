// Trigger: queue stage-changes. Does: reads the opportunity, decides, orders at most one check. On failure: parks the work in the table; bugs go to the dead letters.
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
  openSecret,
  openTable,
  openTurn,
} from '#shared/runtime.ts';
import { createHourlyOrders } from '#shared/stores/hourly-orders.ts';
import { callbackPathOf } from '#shared/turn/callback-address.ts';
import { considerOpportunity } from './consider-opportunity.ts';

const variables = readEnvironment([
  'TABLE_NAME',
  'CHECK_UPDATES_QUEUE_URL',
  'OWN_QUEUE_URL',
  'DEAD_LETTER_QUEUE_URL',
  'ENCRYPTION_KEY_SECRET_ID',
  'CALLBACK_KEY_SECRET_ID',
  'LEVER_APP_SECRET_ID',
  'LEVER_API_URL',
  'LEVER_AUTH_URL',
  'TURN_API_URL',
  'PUBLIC_API_URL',
]);
const { table, accounts, screenings } = openTable(variables.TABLE_NAME);
const credentials = openCredentials(table, variables.ENCRYPTION_KEY_SECRET_ID);
const callbackSecret = openSecret(variables.CALLBACK_KEY_SECRET_ID);
const activities = openActivities(table);
const shared = { now, random: Math.random, waiting: readWaiting(), accounts, activities, screenings, report };
const ports = {
  ...shared,
  journal: openJournal(table, report),
  leverOf: openLever(table, credentials, variables),
  turnOf: openTurn(credentials, variables.TURN_API_URL),
  callbackUrlOf: async (accountId: string, checkId: string): Promise<string> =>
    `${variables.PUBLIC_API_URL}${callbackPathOf(await callbackSecret(), accountId)}?check=${checkId}`,
  countOrder: createHourlyOrders(table, { now }),
  nudgeCheckUpdate: openQueue(variables.CHECK_UPDATES_QUEUE_URL),
};

export const handler = queueHandler({
  work: parkFailures({ ...shared, lane: 'reconsider', work: (nudge) => considerOpportunity(nudge, ports) }),
  ...openOwnQueue(variables),
  report,
});
