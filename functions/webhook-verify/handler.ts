// Trigger: Lever's webhooks (HTTP). Does: believes signed deliveries, queues stage changes. On failure: answers 500, and Lever sends again.
import { createApp } from '#shared/app.ts';
import { lambdaWorld } from '#shared/aws/lambda-world.ts';
import { acceptWebhook } from './accept-webhook.ts';

export const handler = createApp(lambdaWorld()).onHttp(acceptWebhook);
