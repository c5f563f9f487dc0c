import type { Context } from 'aws-lambda';
import { noteRequest } from '#shared/observability/log-lines.ts';

/** A handler whose log lines each carry the request's id. */
export const observed =
  <Event, Answer>(handle: (event: Event, context: Context) => Promise<Answer>) =>
  (event: Event, context: Context): Promise<Answer> => {
    noteRequest(context.awsRequestId);
    return handle(event, context);
  };
