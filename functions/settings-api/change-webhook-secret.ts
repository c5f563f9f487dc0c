import type { Answer } from '#shared/edge/http-handler.ts';
import type { Credentials } from '#shared/stores/credential-store.ts';
import {
  hasWebhookSecret,
  previousValidUntil,
  revokePrevious,
  rotateWebhookSecret,
} from '#shared/stores/webhook-secrets.ts';
import { secretSchema } from './api-schemas.ts';
import type { Request, SettingsApiPorts } from './ports.ts';
import { readBody } from './read-body.ts';

/** Takes the secret that Lever signs with; the one before it is believed for two weeks more. */
export const setWebhookSecret = async (request: Request, ports: SettingsApiPorts): Promise<Answer> => {
  const read = readBody(request.incoming, secretSchema);
  if ('refusal' in read) return read.refusal;
  const change = (held: Credentials): Credentials => rotateWebhookSecret(held, read.value.secret, ports.now());
  return apply(request, ports, change, (before) => (hasWebhookSecret(before) ? 'replaced' : 'set'));
};

/** From now on only the current secret is believed. */
export const revokePreviousSecret = async (request: Request, ports: SettingsApiPorts): Promise<Answer> =>
  apply(request, ports, revokePrevious, () => 'previous revoked');

const apply = async (
  { account, caller }: Request,
  ports: SettingsApiPorts,
  change: (held: Credentials) => Credentials,
  detailOf: (before: Credentials) => string,
): Promise<Answer> => {
  const { accountId } = account;
  let before: Credentials | null = null;
  const after = await ports.credentials.update(accountId, (held) => {
    before = held;
    return change(held);
  });
  if (before !== null && !sameSecrets(before, after)) {
    const activity = { kind: 'webhook_secret_changed', opportunityId: null, by: caller.userId } as const;
    await ports.activities.record(accountId, { ...activity, detail: detailOf(before) });
    ports.report('webhook_secret_changed', { accountId });
  }
  const json = { secretIsSet: hasWebhookSecret(after), previousValidUntil: previousValidUntil(after, ports.now()) };
  return { status: 200, json };
};

const sameSecrets = (one: Credentials, other: Credentials): boolean =>
  JSON.stringify(one.webhookSecrets) === JSON.stringify(other.webhookSecrets);
