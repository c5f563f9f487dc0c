import * as z from 'zod';
import type { Answer } from './exchange.ts';
import { found, notFound, readWebhook, refused } from './lever-answers.ts';
import type { LeverOrganization } from './lever-records.ts';
import { LEVER_EVENTS, type LeverWebhooks } from './lever-webhooks.ts';

const configurationSchema = z.object({
  conditions: z.object({ origins: z.array(z.string()) }).optional(),
  verifyConnection: z.boolean().optional(),
});
const newWebhookSchema = z.object({
  url: z.url(),
  event: z.enum(LEVER_EVENTS),
  configuration: configurationSchema.optional(),
});
const changesSchema = z.object({
  data: z.array(
    z.object({
      id: z.string(),
      url: z.url().optional(),
      event: z.enum(LEVER_EVENTS).optional(),
      configuration: configurationSchema.optional(),
    }),
  ),
});

type WebhookRequest = { method: string; webhookId: string | undefined; body: unknown };

/** Answers `/webhooks`: only what was made by the API is seen, and the token only in the answer to its creation. */
export const answerWebhooks = (
  organization: LeverOrganization,
  webhooks: LeverWebhooks,
  { method, webhookId, body }: WebhookRequest,
  now: () => number,
): Answer => {
  const ours = organization.webhooks.filter(({ madeByApi }) => madeByApi);

  if (webhookId !== undefined) {
    if (!ours.some(({ id }) => id === webhookId)) return notFound('webhooks', webhookId);
    organization.webhooks = organization.webhooks.filter(({ id }) => id !== webhookId);
    return { status: 204 };
  }

  // Unlike other lists: neither pages nor `hasNext` (recorded 2026-07-02).
  if (method === 'GET') return found(ours.map((webhook) => readWebhook(webhook, false)));

  if (method === 'POST') {
    const input = newWebhookSchema.safeParse(body).data;
    if (!input) return refused(400, 'BadRequestError', 'A webhook needs a url and a known event.');
    const origins = input.configuration?.conditions?.origins;
    const { url, event } = input;
    const webhook = webhooks.register(organization, { url, event, ...(origins && { origins }) });
    if (input.configuration?.verifyConnection) webhooks.verifyConnection(organization, webhook.id);
    // One layer of `data`, although the reference prints two.
    return found(readWebhook(webhook, true), 201);
  }

  const changes = changesSchema.safeParse(body).data;
  if (!changes) return refused(400, 'BadRequestError', 'The body is not a list of webhooks.');
  const changed = changes.data.flatMap(({ id, url, event, configuration }) => {
    const webhook = ours.find((candidate) => candidate.id === id);
    if (!webhook) return [];
    webhook.url = url ?? webhook.url;
    webhook.event = event ?? webhook.event;
    webhook.origins = configuration?.conditions?.origins ?? webhook.origins;
    webhook.updatedAt = now();
    if (configuration?.verifyConnection) webhooks.verifyConnection(organization, id);
    return [readWebhook(webhook, false)];
  });
  return found(changed);
};
