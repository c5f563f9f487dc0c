import * as z from 'zod/mini';

export const pauseSchema = z.strictObject({ paused: z.boolean() });

export const pauseAnswerSchema = z
  .nullable(
    z.strictObject({
      since: z.number().check(z.describe('Epoch milliseconds.')),
      by: z.enum(['account', 'turn']).check(z.describe('Who can resume: the account’s Super Admins, or Turn alone.')),
    }),
  )
  .check(z.describe('Since when nothing is ordered; null: checks start.'));

export const pausedSchema = z.strictObject({ pause: pauseAnswerSchema });
