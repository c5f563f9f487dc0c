import { Logger } from '@aws-lambda-powertools/logger';
import { injectLambdaContext } from '@aws-lambda-powertools/logger/middleware';
import { Metrics, MetricUnit } from '@aws-lambda-powertools/metrics';
import { logMetrics } from '@aws-lambda-powertools/metrics/middleware';
import middy from '@middy/core';
import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2, Context } from 'aws-lambda';
import * as z from 'zod';
import type { Aws } from './aws.ts';
import { takeDelivery } from './job.ts';

const deliverySchema = z.object({
  event: z.string(),
  triggeredAt: z.number(),
  token: z.string(),
  signature: z.string().regex(/^[0-9a-f]{64}$/u),
  data: z.object({
    opportunityId: z.string(),
    fromStageId: z.string().default(''),
    toStageId: z.string().default(''),
  }),
});

/** What a team takes off the shelf: middy, Powertools' logger and metrics, zod. */
export const create = (aws: Aws) => {
  const logger = new Logger();
  const metrics = new Metrics();
  return middy<APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2, Error, Context>()
    .use(injectLambdaContext(logger))
    .use(logMetrics(metrics))
    .handler(async (event) => {
      const delivery = deliverySchema.parse(JSON.parse(event.body ?? ''));
      const accountId = event.pathParameters?.['account'] ?? '';
      const { status, code } = await takeDelivery(accountId, delivery, aws);
      logger.info(code, { accountId, code });
      metrics.addMetric(code, MetricUnit.Count, 1);
      return { statusCode: status, headers: { 'content-type': 'application/json' }, body: JSON.stringify({ code }) };
    });
};
