import * as z from 'zod';
import { Failure } from '#shared/domain/failure.ts';
import { createLeverCall, type LeverAccess, shaped } from './call-lever.ts';

/** The webhooks that our integration registered in one customer's Lever. Every method is one call and throws `lever_*` failures. */
export type LeverWebhooks = ReturnType<typeof createLeverWebhooks>;

const listedSchema = z.object({ data: z.array(z.object({ id: z.string(), url: z.string() })) });
const registered = z.object({ id: z.string(), configuration: z.object({ signatureToken: z.string().min(1) }) });
/** Recordings show one layer of `data`, the reference prints two. */
const registeredSchema = z.union([
  z.object({ data: registered }).transform(({ data }) => data),
  z.object({ data: z.object({ data: registered }) }).transform(({ data }) => data.data),
]);

/** A client of Lever's webhooks for one account. */
export const createLeverWebhooks = (access: LeverAccess) => {
  const call = createLeverCall(access);
  return {
    async list(): Promise<{ webhookId: string; url: string }[]> {
      const { data } = shaped(listedSchema, await call('GET', '/webhooks'));
      return data.map(({ id, url }) => ({ webhookId: id, url }));
    },
    /** Registers one more, whatever is there already. Lever shows the signature token here and never again. */
    async register(event: string, url: string): Promise<{ webhookId: string; secret: string }> {
      const { id, configuration } = shaped(registeredSchema, await call('POST', '/webhooks', { url, event }));
      return { webhookId: id, secret: configuration.signatureToken };
    },
    /** Nothing happens where there is none of that id. */
    async remove(webhookId: string): Promise<void> {
      try {
        await call('DELETE', `/webhooks/${encodeURIComponent(webhookId)}`);
      } catch (error) {
        if (error instanceof Failure && error.code === 'lever_not_found') return;
        throw error;
      }
    },
  };
};
