// Trigger: Turn's callbacks (HTTP). Does: queues a sync of the check they are about. On failure: answers 500; silent checks are polled anyway.

import { callbackWorld } from '#shared/aws/callback-world.ts';
import { signedCalls } from '#shared/aws/signed-calls.ts';
import { createCallbackPorts } from '#shared/callback-ports.ts';
import { postedHandler } from '#shared/edge/posted-handler.ts';
import { acceptCallback } from './accept-callback.ts';

const ports = createCallbackPorts(callbackWorld(signedCalls()));

export const handler = postedHandler((incoming) => acceptCallback(incoming, ports));
