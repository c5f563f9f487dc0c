// Trigger: the settings page and other clients of signed-in people (HTTP). Does: shows and changes what an account chose. On failure: answers 500; nothing is half saved.
import { createApp } from '#shared/app.ts';
import { lambdaWorld } from '#shared/aws/lambda-world.ts';
import { connectVendors } from '#shared/vendors.ts';
import { settingsRoutes } from './settings-routes.ts';

export const handler = createApp(lambdaWorld(), connectVendors).onRoutes(settingsRoutes);
