import type * as z from 'zod/mini';
import { mainWebhookEvent } from '#shared/domain/ids.ts';
import type { Request } from '#shared/edge/authorize.ts';
import type { Answer } from '#shared/edge/http-handler.ts';
import type { WebhookSecrets } from '#shared/stores/webhook-secret-store.ts';
import {
  hasWebhookSecret,
  previousValidUntil,
  revokePrevious,
  rotateWebhookSecret,
  webhookSecretEvents,
} from '#shared/stores/webhook-secrets.ts';
import type { AppPorts } from '#shared/vendors.ts';
import { secretSchema, type secretStateSchema } from './api-schemas.ts';
import { readBody } from './read-body.ts';

/** Takes the secret that Lever signs with for a webhook of one event; the one before it is believed for two weeks more. */
export const setWebhookSecret = async (request: Request, ports: AppPorts): Promise<Answer> => {
  const read = readBody(request.incoming, secretSchema);
  if ('refusal' in read) return read.refusal;
  const { secret, event = mainWebhookEvent } = read.value;
  const change = (held: WebhookSecrets): WebhookSecrets => rotateWebhookSecret(held, secret, ports.now(), event);
  return apply(request, ports, change, (before) => {
    const what = webhookSecretEvents(before).includes(event) ? 'replaced' : 'set';
    return event === mainWebhookEvent ? what : `${what} ${event}`;
  });
};

/** From now on only the current secrets are believed. */
export const revokePreviousSecret = async (request: Request, ports: AppPorts): Promise<Answer> =>
  apply(request, ports, revokePrevious, () => 'previous revoked');

const apply = async (
  { account, caller }: Request,
  ports: AppPorts,
  change: (held: WebhookSecrets) => WebhookSecrets,
  detailOf: (before: WebhookSecrets) => string,
): Promise<Answer> => {
  const { accountId } = account;
  const { before, after } = await ports.webhookSecrets.update(accountId, change);
  if (!sameSecrets(before, after)) {
    await ports.emit('webhook_secret_changed', { accountId, by: caller.userId, detail: detailOf(before) });
  }
  const json: z.infer<typeof secretStateSchema> = {
    secretIsSet: hasWebhookSecret(after),
    secretEvents: webhookSecretEvents(after),
    previousValidUntil: previousValidUntil(after, ports.now()),
  };
  return { status: 200, json };
};

const sameSecrets = (one: WebhookSecrets, other: WebhookSecrets): boolean =>
  JSON.stringify([one.webhookSecrets, one.webhooks]) === JSON.stringify([other.webhookSecrets, other.webhooks]);
