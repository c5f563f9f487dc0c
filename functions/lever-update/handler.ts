// Trigger: queue check-updates. Does: reads the check's status from Turn, makes Lever's tags and notes match. On failure: schedules a retry in the table; bugs go to the dead letters.
import { createApp } from '#shared/app.ts';
import { lambdaWorld } from '#shared/aws/lambda-world.ts';
import { connectVendors } from '#shared/vendors.ts';
import { syncLever } from './sync-lever.ts';

export const handler = createApp(lambdaWorld(), connectVendors).onWork('sync', syncLever);
