import middy from '@middy/core';
import type { Context } from 'aws-lambda';
import { noteRequest } from '#shared/observability/log-lines.ts';

/**
 * What queues and the schedule call, with the request's id on each log line. Lambda alone ends what is out of time: middy would
 * answer just before, and what was under way would go on in the environment's next call.
 */
export const observed = <Event, Answer>(handle: (event: Event, context: Context) => Promise<Answer>) =>
  middy<Event, Answer, Error, Context>({ timeoutEarlyInMillis: 0 })
    .before(({ context }) => noteRequest(context.awsRequestId))
    .handler(handle);
