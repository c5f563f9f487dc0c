import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import { SECRET } from '../deliveries.ts';
import { isSigned } from './job.ts';

/** What nobody can do without: JSON.parse, HMAC, constant-time compare, and the message as text. */
export const create = () => async (event: APIGatewayProxyEventV2) => {
  const delivery = JSON.parse(event.body ?? '');
  const isBelieved = isSigned(SECRET, delivery);
  const message = JSON.stringify({ accountId: 'acct_bench', opportunityId: delivery.data.opportunityId });
  return { statusCode: isBelieved && message !== '' ? 200 : 401 };
};
