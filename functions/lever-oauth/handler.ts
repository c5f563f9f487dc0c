// Trigger: the settings page and Lever's login (HTTP). Does: connects an account to Lever, disconnects it. On failure: answers 500; the Super Admin tries again.
import { createApp } from '#shared/app.ts';
import { lambdaWorld } from '#shared/aws/lambda-world.ts';
import { connectVendors } from '#shared/vendors.ts';
import { leverRoutes } from './lever-routes.ts';

export const handler = createApp(lambdaWorld(), connectVendors).onRoutes(leverRoutes);
