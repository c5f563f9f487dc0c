// Trigger: queue stage-changes. Does: reads the opportunity, decides, orders at most one check. On failure: schedules a retry in the table; bugs go to the dead letters.
import { createApp } from '#shared/app.ts';
import { lambdaWorld } from '#shared/aws/lambda-world.ts';
import { connectVendors } from '#shared/vendors.ts';
import { processOpportunity } from './process-opportunity.ts';

export const handler = createApp(lambdaWorld(), connectVendors).onWork('decision', processOpportunity);
