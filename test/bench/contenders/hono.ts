import { Hono } from 'hono';
import { handle } from 'hono/aws-lambda';
import type { Aws } from './aws.ts';
import { takeWebhook } from './job.ts';

/** Hono with its own adapter. */
export const create = (aws: Aws) => {
  const app = new Hono();
  app.post('/lever/:account/webhook', async (context) => {
    const { status, code } = await takeWebhook(context.req.param('account'), await context.req.text(), aws);
    return context.json({ code }, status);
  });
  return handle(app);
};
