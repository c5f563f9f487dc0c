// Trigger: every minute. Does: feeds due work to the queues, and accounts that are to be maintained. On failure: the next run goes on where this one stopped.
import { createApp } from '#shared/app.ts';
import { lambdaWorld } from '#shared/aws/lambda-world.ts';
import { sweep } from './sweep.ts';

export const handler = createApp(lambdaWorld()).onSchedule(sweep);
