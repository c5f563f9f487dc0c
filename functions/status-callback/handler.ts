// Trigger: Turn's callbacks (HTTP). Does: queues a sync of the check they are about. On failure: answers 500; silent checks are polled anyway.
import { lambdaCore } from '#shared/aws/lambda-core.ts';
import { signedCalls } from '#shared/aws/signed-calls.ts';
import { httpHandler } from '#shared/edge/http-handler.ts';
import { createReceivingPorts } from '#shared/receiving-ports.ts';
import { acceptCallback } from './accept-callback.ts';

const ports = createReceivingPorts(lambdaCore(signedCalls()));

export const handler = httpHandler((incoming) => acceptCallback(incoming, ports));
