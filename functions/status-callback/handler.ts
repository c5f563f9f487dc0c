// Trigger: Turn's callbacks (HTTP). Does: queues a sync of the check they are about. On failure: answers 500; silent checks are polled anyway.
import { createApp } from '#shared/app.ts';
import { lambdaWorld } from '#shared/aws/lambda-world.ts';
import { acceptCallback } from './accept-callback.ts';

export const handler = createApp(lambdaWorld()).onHttp(acceptCallback);
