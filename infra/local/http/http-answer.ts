import * as z from 'zod';
import type { Outcome } from '../runtime/invocation.ts';

export type HttpAnswer = { status: number; headers: Record<string, string | string[]>; body: Buffer };

const answerSchema = z.object({
  statusCode: z.coerce.number().int().min(100).max(599),
  headers: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()]).transform(String)).nullish(),
  cookies: z.array(z.string()).nullish(),
  body: z.string().nullish(),
  isBase64Encoded: z.boolean().nullish(),
});

/** What an HTTP API sends for a function's outcome: its answer, a bare value as JSON with 200, or 500 for anything that failed. */
export const httpAnswer = (outcome: Outcome): HttpAnswer => {
  if (!outcome.ok) return messageAnswer(500, 'Internal Server Error');
  const { payload } = outcome;
  if (typeof payload !== 'object' || payload === null || !('statusCode' in payload)) {
    const text = typeof payload === 'string' ? payload : JSON.stringify(payload ?? null);
    return { status: 200, headers: { 'content-type': 'application/json' }, body: Buffer.from(text) };
  }
  const answer = answerSchema.safeParse(payload);
  if (!answer.success) return messageAnswer(500, 'Internal Server Error');
  const { statusCode, headers, cookies, body, isBase64Encoded } = answer.data;
  const named = Object.fromEntries(Object.entries(headers ?? {}).map(([name, value]) => [name.toLowerCase(), value]));
  return {
    status: statusCode,
    headers: {
      ...(body ? { 'content-type': 'text/plain;charset=UTF-8' } : {}),
      ...named,
      ...(cookies ? { 'set-cookie': cookies } : {}),
    },
    body: Buffer.from(body ?? '', isBase64Encoded === true ? 'base64' : 'utf8'),
  };
};

/** An answer of the HTTP API's own. */
export const messageAnswer = (status: number, message: string): HttpAnswer => jsonAnswer(status, { message });

/** Any value as a JSON answer. */
export const jsonAnswer = (status: number, value: unknown): HttpAnswer => ({
  status,
  headers: { 'content-type': 'application/json' },
  body: Buffer.from(JSON.stringify(value)),
});
