// Trigger: Lever's webhooks (HTTP). Does: believes signed deliveries, queues stage changes. On failure: answers 500, and Lever sends again.
import { signedCalls } from '#shared/aws/signed-calls.ts';
import { webhookWorld } from '#shared/aws/webhook-world.ts';
import { postedHandler } from '#shared/edge/posted-handler.ts';
import { createWebhookPorts } from '#shared/webhook-ports.ts';
import { acceptWebhook } from './accept-webhook.ts';

const ports = createWebhookPorts(webhookWorld(signedCalls()));

export const handler = postedHandler((incoming) => acceptWebhook(incoming, ports));
