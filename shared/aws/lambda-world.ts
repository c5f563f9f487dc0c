import { sendRequest } from '#shared/http/send-request.ts';
import type { World } from '#shared/world.ts';
import { lambdaCore } from './lambda-core.ts';
import { sdkCalls } from './sdk-calls.ts';

/** All that a deployed function finds around it. */
export const lambdaWorld = (): World => ({ ...lambdaCore(sdkCalls()), send: sendRequest });
