import { appendFileSync, existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import * as z from 'zod';

const messageSchema = z.object({
  messageId: z.string(),
  body: z.string(),
  groupId: z.string().optional(),
  /** X-Ray's header of whoever sent it. */
  traceHeader: z.string().optional(),
  sentAtMs: z.number(),
  visibleAtMs: z.number(),
});
const lineSchema = z.union([z.object({ put: messageSchema }), z.object({ gone: z.string() })]);

export type StoredMessage = z.infer<typeof messageSchema>;

/** What a queue holds, on disk: each call has reached the file when it returns. */
export type QueueLog = {
  put(message: StoredMessage): void;
  gone(messageId: string): void;
  /** What was held when the file was last written. */
  restored: readonly StoredMessage[];
};

/** A log that keeps nothing: for queues in memory. */
export const noQueueLog: QueueLog = { put: () => undefined, gone: () => undefined, restored: [] };

/** Opens a queue's log and shortens it to what is still held; a line cut off by a kill was never acknowledged and is dropped. */
export const openQueueLog = (file: string): QueueLog => {
  const held = new Map<string, StoredMessage>();
  for (const line of existsSync(file) ? readFileSync(file, 'utf8').split('\n').slice(0, -1) : []) {
    const entry = lineSchema.parse(JSON.parse(line));
    if ('put' in entry) held.set(entry.put.messageId, entry.put);
    else held.delete(entry.gone);
  }
  const restored = [...held.values()];
  writeFileSync(`${file}.new`, restored.map((put) => `${JSON.stringify({ put })}\n`).join(''));
  renameSync(`${file}.new`, file);
  const append = (entry: z.input<typeof lineSchema>): void => appendFileSync(file, `${JSON.stringify(entry)}\n`);
  return { restored, put: (put) => append({ put }), gone: (gone) => append({ gone }) };
};
