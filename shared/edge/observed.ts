import { injectLambdaContext } from '@aws-lambda-powertools/logger/middleware';
import type { MiddlewareObj } from '@middy/core';
import { logger, metrics } from '#shared/observability/powertools-log.ts';

const publish = (): void => {
  // Powertools warns at each publication of nothing, which is what most invocations count.
  if (metrics.hasStoredMetrics()) metrics.publishStoredMetrics();
};

/** What every handler carries: the request's ids on each log line, and its metrics published at its end, however it ends. */
export const observed = (): MiddlewareObj[] => [injectLambdaContext(logger), { after: publish, onError: publish }];
