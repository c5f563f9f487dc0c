import { createHmac, timingSafeEqual } from 'node:crypto';
import type { Aws } from './aws.ts';

/** The job by hand, for whoever brings no tools of its own: what the product's function does in the main, without its care for odd cases. */

type Delivery = {
  readonly event: string;
  readonly triggeredAt: number;
  readonly token: string;
  readonly signature: string;
  readonly data: { readonly opportunityId: string; readonly fromStageId?: string; readonly toStageId?: string };
};

export type Outcome = { readonly status: 200 | 400 | 401; readonly code: string };

const isObject = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null;

export const readDelivery = (text: string): Delivery | null => {
  try {
    const body: unknown = JSON.parse(text);
    if (!isObject(body) || !isObject(body['data'])) return null;
    const { event, triggeredAt, token, signature, data } = body;
    const isDelivery =
      typeof event === 'string' &&
      typeof triggeredAt === 'number' &&
      typeof token === 'string' &&
      typeof signature === 'string' &&
      /^[0-9a-f]{64}$/u.test(signature) &&
      typeof data['opportunityId'] === 'string';
    return isDelivery ? (body as Delivery) : null;
  } catch {
    return null;
  }
};

export const isSigned = (secret: string, { token, triggeredAt, signature }: Omit<Delivery, 'event' | 'data'>) => {
  const expected = createHmac('sha256', secret).update(`${token}${triggeredAt}`).digest();
  return timingSafeEqual(expected, Buffer.from(signature, 'hex'));
};

/** What a delivery comes to. */
export const takeDelivery = async (accountId: string, delivery: Delivery, aws: Aws): Promise<Outcome> => {
  const account = await aws.account(accountId);
  if (account === null || !isSigned(account.secret, delivery)) return { status: 401, code: 'bad_signature' };
  const { opportunityId, fromStageId = '', toStageId = '' } = delivery.data;
  const isTrigger = [fromStageId, toStageId].some((stageId) => account.triggerStageIds.includes(stageId));
  if (!isTrigger) return { status: 200, code: 'ignored' };
  if (await aws.isKnown(accountId, delivery.signature)) return { status: 200, code: 'repeated' };
  await aws.enqueue({ accountId, opportunityId });
  await aws.remember(accountId, delivery.signature);
  return { status: 200, code: 'accepted' };
};

/** Takes a webhook, and says so in one line of the log. */
export const takeWebhook = async (accountId: string, body: string, aws: Aws): Promise<Outcome> => {
  const delivery = readDelivery(body);
  const outcome: Outcome =
    delivery === null ? { status: 400, code: 'not_a_delivery' } : await takeDelivery(accountId, delivery, aws);
  const { code } = outcome;
  const timestamp = new Date().toISOString();
  process.stdout.write(`${JSON.stringify({ level: 'INFO', message: code, timestamp, accountId, code })}\n`);
  return outcome;
};
