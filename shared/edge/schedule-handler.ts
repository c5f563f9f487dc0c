import { injectLambdaContext } from '@aws-lambda-powertools/logger/middleware';
import { logMetrics } from '@aws-lambda-powertools/metrics/middleware';
import middy from '@middy/core';
import type { Context, ScheduledEvent } from 'aws-lambda';
import { logger, metrics } from '#shared/observability/report.ts';

/** A Lambda handler for a schedule, which says nothing but that it is time. */
export const scheduleHandler = (work: () => Promise<void>) =>
  middy<ScheduledEvent, void, Error, Context>().use(injectLambdaContext(logger)).use(logMetrics(metrics)).handler(work);
