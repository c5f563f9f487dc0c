import { pauseChecks } from './pause-checks.ts';
import { pausedSchema, pauseSchema } from './pause-schemas.ts';

/** The account's own brake. */
export const pauseOperations = {
  'PUT /api/pause': {
    useCase: pauseChecks,
    summary: 'Has nothing ordered until it is resumed; what waits then starts by itself',
    who: 'super_admin',
    body: pauseSchema,
    answer: pausedSchema,
    refusals: [400, 413, 422],
  },
} as const;
