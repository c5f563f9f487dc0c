import * as z from 'zod';
import { parseJson } from '#shared/http/parse-json.ts';
import type { Delivery } from '../sandbox/outbox.ts';

type Words = { text: string; tone: 'plain' | 'good' | 'bad'; candidateId: string | null };

const webhookBody = z.object({ data: z.looseObject({ opportunityId: z.string().optional() }) });

const dataOf = (body: string) => webhookBody.safeParse(parseJson(body)).data?.data;

/** Is this Lever's *Verify connection*, a delivery without data? */
export const isVerification = (body: string): boolean => {
  const data = dataOf(body);
  return data !== undefined && Object.keys(data).length === 0;
};

/** One delivery's last news as a sentence; null while it is only on its way. */
export const deliveryWords = (source: 'lever' | 'turn', delivery: Delivery, nowMs: number): Words | null => {
  const { state, attempts, event, nextAttemptAt } = delivery;
  const candidateId = dataOf(delivery.body)?.opportunityId ?? null;
  const what = isVerification(delivery.body)
    ? 'Lever’s “Verify connection”'
    : source === 'lever'
      ? `Lever’s webhook ${event}`
      : `Turn’s callback (${event})`;
  const status = attempts.at(-1);
  switch (state) {
    case 'lost':
      return { text: `${what} was lost on the way.`, tone: 'bad', candidateId };
    case 'accepted':
      return { text: `${what} was accepted (${status}).`, tone: 'plain', candidateId };
    case 'given-up':
      return { text: `${what} was ${refusal(status)} and is not sent again.`, tone: 'bad', candidateId };
    case 'waiting': {
      if (attempts.length === 0) return null;
      const seconds = Math.max(1, Math.round((nextAttemptAt - nowMs) / 1000));
      return { text: `${what} was ${refusal(status)}; it is sent again in ${seconds} s.`, tone: 'bad', candidateId };
    }
    case 'sending':
      return null;
  }
};

const refusal = (status: number | null | undefined): string =>
  status === null || status === undefined ? 'not answered' : `refused (${status})`;
