// Trigger: every minute. Does: feeds due work to the queues, maintains the accounts, finds which of them Lever no longer lets in. On failure: the next run goes on where this one stopped.
import { createApp } from '#shared/app.ts';
import { lambdaWorld } from '#shared/aws/lambda-world.ts';
import { connectVendors } from '#shared/vendors.ts';
import { sweep } from './sweep.ts';

export const handler = createApp(lambdaWorld(), connectVendors).onSchedule(sweep);
