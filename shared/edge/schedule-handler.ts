import middy from '@middy/core';
import type { Context, ScheduledEvent } from 'aws-lambda';
import { observed } from './observed.ts';

/** A Lambda handler for a schedule, which says nothing but that it is time. */
export const scheduleHandler = (work: () => Promise<void>) =>
  middy<ScheduledEvent, void, Error, Context>().use(observed()).handler(work);
