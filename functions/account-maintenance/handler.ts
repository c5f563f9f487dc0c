// Trigger: queue accounts-due. Does: maintains one account. On failure: the table has it tried again later; bugs go to the dead letters.
import { createApp } from '#shared/app.ts';
import { lambdaWorld } from '#shared/aws/lambda-world.ts';
import { connectVendors } from '#shared/vendors.ts';
import { maintainAccount } from './maintain-account.ts';

export const handler = createApp(lambdaWorld(), connectVendors).onMaintenance(maintainAccount);
