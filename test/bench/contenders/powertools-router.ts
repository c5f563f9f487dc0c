import { Router } from '@aws-lambda-powertools/event-handler/http';
import type { Context } from 'aws-lambda';
import type { Aws } from './aws.ts';
import { takeWebhook } from './job.ts';

/** The router of Powertools for AWS. */
export const create = (aws: Aws) => {
  const app = new Router();
  app.post('/lever/:account/webhook', async ({ req, params }) => {
    const { status, code } = await takeWebhook(params['account'] ?? '', await req.text(), aws);
    return Response.json({ code }, { status });
  });
  return (event: unknown, context: Context) => app.resolve(event, context);
};
