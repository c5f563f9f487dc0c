import * as z from 'zod';

export const pauseSchema = z.strictObject({ paused: z.boolean() });

export const pauseAnswerSchema = z
  .strictObject({
    since: z.number().meta({ description: 'Epoch milliseconds.' }),
    by: z.enum(['account', 'turn']).meta({ description: 'Who can resume: the account’s Super Admins, or Turn alone.' }),
  })
  .nullable()
  .meta({ description: 'Since when nothing is ordered; null: checks start.' });

export const pausedSchema = z.strictObject({ pause: pauseAnswerSchema });
