import * as z from 'zod/mini';
import { Failure } from '#shared/domain/failure.ts';
import { parseJson } from '#shared/http/parse-json.ts';
import { createLeverCall, type LeverAccess, shaped } from './call-lever.ts';
import { createLenientReader, fieldsOf, textOf } from './lenient-reader.ts';

type Listed = { readonly webhookId: string; readonly url: string };

/** The webhooks that our integration registered in one customer's Lever. Every method is one call and throws `lever_*` failures. */
export type LeverWebhooks = ReturnType<typeof createLeverWebhooks>;

const listedSchema = z.object({ data: z.array(z.unknown()) });
const registered = z.object({
  id: z.string(),
  configuration: z.object({ signatureToken: z.string().check(z.minLength(1)) }),
});
/** Recordings show one layer of `data`, the reference prints two. */
const registeredSchema = z.union([
  z.pipe(
    z.object({ data: registered }),
    z.transform(({ data }) => data),
  ),
  z.pipe(
    z.object({ data: z.object({ data: registered }) }),
    z.transform(({ data }) => data.data),
  ),
]);

const readWebhook = (raw: unknown): Listed | null => {
  const fields = fieldsOf(raw) ?? {};
  const [webhookId, url] = [textOf(fields['id']), textOf(fields['url'])];
  return webhookId === undefined || url === undefined ? null : { webhookId, url };
};

const unsignedSchema = z.union([
  z.pipe(
    z.object({ data: z.object({ id: z.string() }) }),
    z.transform(({ data }) => data.id),
  ),
  z.pipe(
    z.object({ data: z.object({ data: z.object({ id: z.string() }) }) }),
    z.transform(({ data }) => data.data.id),
  ),
]);

/** A client of Lever's webhooks for one account. */
export const createLeverWebhooks = (access: LeverAccess) => {
  const call = createLeverCall(access);
  const list = async (): Promise<Listed[]> => {
    const { data } = shaped(listedSchema, await call('GET', '/webhooks'));
    const reader = createLenientReader();
    const webhooks = reader.items(data, 'list', readWebhook);
    for (const [place, count] of reader.dropped) await access.onDropped(`webhooks.${place}`, count);
    return webhooks;
  };
  const remove = async (webhookId: string): Promise<void> => {
    try {
      await call('DELETE', `/webhooks/${encodeURIComponent(webhookId)}`);
    } catch (error) {
      if (error instanceof Failure && error.code === 'lever_not_found') return;
      throw error;
    }
  };
  return {
    list,
    /** Registers one more, whatever is there already (`before`: the ids that were listed). Lever shows the signature token here and never again; a webhook that comes without one is taken out. */
    async register(
      event: string,
      url: string,
      before: readonly string[],
    ): Promise<{ webhookId: string; secret: string }> {
      const answer = await call('POST', '/webhooks', { url, event });
      const made = registeredSchema.safeParse(parseJson(answer.body)).data;
      if (made !== undefined) return { webhookId: made.id, secret: made.configuration.signatureToken };
      // Nobody could ever tell its deliveries from forged ones.
      const id = unsignedSchema.safeParse(parseJson(answer.body)).data;
      const isNew = ({ webhookId, url: listed }: Listed) => listed === url && !before.includes(webhookId);
      const webhookIds = id === undefined ? (await list()).filter(isNew).map(({ webhookId }) => webhookId) : [id];
      for (const webhookId of webhookIds) await remove(webhookId);
      throw new Failure('lever_unexpected_answer', 'Lever registered a webhook without a token.');
    },
    /** Nothing happens where there is none of that id. */
    remove,
  };
};
