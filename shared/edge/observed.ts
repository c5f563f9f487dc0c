import type { MiddlewareObj } from '@middy/core';
import { noteRequest } from '#shared/observability/log-lines.ts';

/** What every handler carries: the request's id on each log line. */
export const observed = (): MiddlewareObj => ({
  before: ({ context }) => noteRequest(context.awsRequestId),
});
