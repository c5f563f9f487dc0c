import middy from '@middy/core';
import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2, Context } from 'aws-lambda';
import { observed } from './observed.ts';

/** What a use case needs to know of an HTTP request. `bodyBytes` is the size on the wire. */
export type Incoming = {
  readonly path: Readonly<Record<string, string | undefined>>;
  readonly query: Readonly<Record<string, string | undefined>>;
  readonly body: string;
  readonly bodyBytes: number;
};

/** What it answers: done, or refused with a code and a sentence for a person. */
export type Answer =
  | { readonly status: 200 }
  | { readonly status: 400 | 401 | 404 | 413; readonly code: string; readonly message: string };

/** A Lambda handler for one route of the HTTP API. Errors that nobody foresaw are left to the platform, which answers 500 without detail. */
export const httpHandler = (useCase: (incoming: Incoming) => Promise<Answer>) =>
  middy<APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2, Error, Context>()
    .use(observed())
    .handler(async (event) => toResult(await useCase(toIncoming(event))));

const toIncoming = (event: APIGatewayProxyEventV2): Incoming => {
  const bytes = Buffer.from(event.body ?? '', event.isBase64Encoded ? 'base64' : 'utf8');
  return {
    path: event.pathParameters ?? {},
    query: event.queryStringParameters ?? {},
    body: bytes.toString('utf8'),
    bodyBytes: bytes.length,
  };
};

const toResult = (answer: Answer): APIGatewayProxyStructuredResultV2 => ({
  statusCode: answer.status,
  headers: { 'content-type': 'application/json', 'cache-control': 'no-store' },
  body: JSON.stringify(
    answer.status === 200 ? { accepted: true } : { error: { code: answer.code, message: answer.message } },
  ),
});
