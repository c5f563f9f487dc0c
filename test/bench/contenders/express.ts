import express from 'express';
import serverless from 'serverless-http';
import type { Aws } from './aws.ts';
import { takeWebhook } from './job.ts';

/** Express through serverless-http. */
export const create = (aws: Aws) => {
  const app = express();
  app.use(express.text({ type: '*/*' }));
  app.post('/lever/:account/webhook', async (request, response) => {
    const { status, code } = await takeWebhook(request.params.account, String(request.body), aws);
    response.status(status).json({ code });
  });
  return serverless(app);
};
