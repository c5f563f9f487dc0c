// Trigger: Lever's webhooks (HTTP). Does: believes signed deliveries, queues stage changes. On failure: answers 500, and Lever sends again.
import { lambdaCore } from '#shared/aws/lambda-core.ts';
import { signedCalls } from '#shared/aws/signed-calls.ts';
import { httpHandler } from '#shared/edge/http-handler.ts';
import { createReceivingPorts } from '#shared/receiving-ports.ts';
import { acceptWebhook } from './accept-webhook.ts';

const ports = createReceivingPorts(lambdaCore(signedCalls()));

export const handler = httpHandler((incoming) => acceptWebhook(incoming, ports));
