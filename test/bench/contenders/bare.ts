import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import type { Aws } from './aws.ts';
import { takeWebhook } from './job.ts';

/** No framework. */
export const create = (aws: Aws) => async (event: APIGatewayProxyEventV2) => {
  const { status, code } = await takeWebhook(event.pathParameters?.['account'] ?? '', event.body ?? '', aws);
  return { statusCode: status, headers: { 'content-type': 'application/json' }, body: JSON.stringify({ code }) };
};
