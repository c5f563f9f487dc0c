import { randomUUID } from 'node:crypto';
import { eventsOfWebhooks } from '#shared/observability/events-of-webhooks.ts';
import { createLog } from '#shared/observability/log-lines.ts';
import { createFieldCipher } from '#shared/stores/field-cipher.ts';
import * as keys from '#shared/stores/keys.ts';
import { type Item, itemOver, type Key, type Table } from '#shared/stores/table.ts';
import { ACCOUNT_ID, KNOWN_SIGNATURE, SECRET, TRIGGER_STAGE_ID } from '../deliveries.ts';

const ring = { keyId: '0', key: new Uint8Array(32).fill(7) };
const cipher = createFieldCipher({ current: async () => ring, byId: async () => ring.key });
const place = ({ pk, sk }: Key): string => `${pk} ${sk}`;

const secret = async (purpose: string, text: string) => ({
  secret: await cipher.encrypt(`${ACCOUNT_ID}/${purpose}`, text),
  validUntil: null,
});
const registered = async (event: string) => ({
  ...(await secret('webhook-token', `${event}-`.padEnd(48, '0'))),
  webhookId: randomUUID(),
  event,
  isListed: true,
});
const stages = { [TRIGGER_STAGE_ID]: 'Reference check', 'applicant-new': 'New applicant' };
const items: readonly Item[] = [
  // As a customer has it who was connected on the settings page: one given by hand, and one of each webhook that we registered.
  itemOver(null, keys.webhookSecrets(ACCOUNT_ID), {
    webhookSecrets: [{ ...(await secret('webhook-secret', SECRET)), event: 'candidateStageChange' }],
    webhooks: await Promise.all(['candidateStageChange', 'candidateDeleted', 'candidateArchiveChange'].map(registered)),
    refusedAt: Date.now(),
  }),
  itemOver(null, keys.intake(ACCOUNT_ID), {
    accountId: ACCOUNT_ID,
    enabled: true,
    triggerStages: [{ id: TRIGGER_STAGE_ID, name: 'Reference check' }],
    stages: {
      readAt: Date.now(),
      names: { ...stages, '7d0a3c58-2f1b-4d0e-9a43-e0b1c2d3e4f5': 'Phone screen' },
    },
  }),
  itemOver(null, keys.delivery(ACCOUNT_ID, KNOWN_SIGNATURE), {}, { expiresAt: Math.floor(Date.now() / 1000) + 86_400 }),
];
const known = new Map(items.map((item) => [place(item), item]));

/** Answers at once what it always held, and forgets whatever is written. */
const table: Table = {
  get: async (key) => known.get(place(key)) ?? null,
  put: async () => true,
  overwrite: async () => {},
  advance: async (_key, { atLeast }) => atLeast,
  remove: async () => {},
  list: async () => ({ items: [], next: null }),
  listDue: async () => [],
  postpone: async () => null,
  listOpen: async () => [],
};

/** In the place of AWS in the bundle of `webhook-verify`, to see what the function itself costs. */
export const webhookWorld = () => ({
  now: Date.now,
  newId: randomUUID,
  table,
  webhookCipher: cipher,
  queues: { decision: async () => {} },
  log: createLog(eventsOfWebhooks),
});

/** There is nothing to call. */
export const signedCalls = (): null => null;
