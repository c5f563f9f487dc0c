import * as z from 'zod';
import { Failure } from '#shared/domain/failure.ts';
import { createLeverCall, type LeverAccess, shaped } from './call-lever.ts';
import { createLenientReader, fieldsOf, textOf } from './lenient-reader.ts';

/** The webhooks that our integration registered in one customer's Lever. Every method is one call and throws `lever_*` failures. */
export type LeverWebhooks = {
  list(): Promise<{ webhookId: string; url: string }[]>;
  /** Registers one more, whatever is there already. Lever shows the signature token here and never again. */
  register(event: string, url: string): Promise<{ webhookId: string; secret: string }>;
  /** Nothing happens where there is none of that id. */
  remove(webhookId: string): Promise<void>;
};

const listedSchema = z.object({ data: z.array(z.unknown()) });
const registered = z.object({ id: z.string(), configuration: z.object({ signatureToken: z.string().min(1) }) });
/** Recordings show one layer of `data`, the reference prints two. */
const registeredSchema = z.union([
  z.object({ data: registered }).transform(({ data }) => data),
  z.object({ data: z.object({ data: registered }) }).transform(({ data }) => data.data),
]);

const readWebhook = (raw: unknown): { webhookId: string; url: string } | null => {
  const fields = fieldsOf(raw) ?? {};
  const [webhookId, url] = [textOf(fields['id']), textOf(fields['url'])];
  return webhookId === undefined || url === undefined ? null : { webhookId, url };
};

/** A client of Lever's webhooks for one account. */
export const createLeverWebhooks = (access: LeverAccess): LeverWebhooks => {
  const call = createLeverCall(access);
  return {
    async list() {
      const { data } = shaped(listedSchema, await call('GET', '/webhooks'));
      const reader = createLenientReader();
      const webhooks = reader.items(data, 'list', readWebhook);
      for (const [place, count] of reader.dropped) await access.onDropped(`webhooks.${place}`, count);
      return webhooks;
    },
    async register(event, url) {
      const { id, configuration } = shaped(registeredSchema, await call('POST', '/webhooks', { url, event }));
      return { webhookId: id, secret: configuration.signatureToken };
    },
    async remove(webhookId) {
      try {
        await call('DELETE', `/webhooks/${encodeURIComponent(webhookId)}`);
      } catch (error) {
        if (error instanceof Failure && error.code === 'lever_not_found') return;
        throw error;
      }
    },
  };
};
