// Trigger: Turn's callbacks (HTTP). Does: queues a look at the check they are about. On failure: answers 500; the sweep looks at silent checks anyway.
import { readEnvironment } from '#shared/config/environment.ts';
import { httpHandler } from '#shared/edge/http-handler.ts';
import { report } from '#shared/observability/report.ts';
import { openQueue, openSecret, openTable } from '#shared/runtime.ts';
import { acceptCallback } from './accept-callback.ts';

const variables = readEnvironment(['TABLE_NAME', 'CHECK_UPDATES_QUEUE_URL', 'CALLBACK_KEY_SECRET_ID']);
const ports = {
  callbackSecret: openSecret(variables.CALLBACK_KEY_SECRET_ID),
  screenings: openTable(variables.TABLE_NAME).screenings,
  nudgeCheckUpdate: openQueue(variables.CHECK_UPDATES_QUEUE_URL),
  report,
};

export const handler = httpHandler((incoming) => acceptCallback(incoming, ports));
