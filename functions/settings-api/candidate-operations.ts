import { activityKinds } from '#shared/domain/activity.ts';
import { candidateGroups } from '#shared/domain/candidate-state.ts';
import type { OnRequest } from '#shared/edge/authorize.ts';
import type { AppPorts } from '#shared/vendors.ts';
import * as schemas from './candidate-schemas.ts';
import type { Operation } from './describe-api.ts';
import { listCandidates } from './list-candidates.ts';
import { showActivity } from './show-activity.ts';
import { showCandidate } from './show-candidate.ts';
import { showUsage } from './show-usage.ts';

type ForSuperAdmins = Operation & { readonly who: 'super_admin'; readonly useCase: OnRequest<AppPorts> };

/** What the settings API tells of candidates: for Super Admins alone, because it shows outcomes. */
export const candidateOperations = {
  'GET /api/activity': {
    useCase: showActivity,
    summary: 'What happened in the account during the last year, newest first',
    who: 'super_admin',
    answer: schemas.activitiesSchema,
    refusals: [422],
    query: {
      after: { description: '`next` of the page before.', schema: { type: 'string' } },
      kind: {
        description: `Only these kinds, separated by commas: ${activityKinds.join(', ')}.`,
        schema: { type: 'string' },
      },
      limit: { description: 'How many.', schema: { type: 'integer', minimum: 1, maximum: 100, default: 50 } },
    },
  },
  'GET /api/candidates': {
    useCase: listCandidates,
    summary:
      'Where each candidate stands, the newest change first; in an account of more than a thousand candidates by id',
    who: 'super_admin',
    answer: schemas.candidatesSchema,
    refusals: [422],
    query: {
      state: {
        description: 'Only those who need attention, wait, have a check that runs, or are done with.',
        schema: { type: 'string', enum: candidateGroups },
      },
      search: {
        description: 'The candidate with this opportunity id, link of Lever or Turn ID, whatever their state.',
        schema: { type: 'string' },
      },
      after: { description: '`next` of the page before.', schema: { type: 'string' } },
    },
  },
  'GET /api/candidates/{opportunityId}': {
    useCase: showCandidate,
    summary: 'Where a candidate stands, and what happened when',
    who: 'super_admin',
    answer: schemas.candidateSchema,
    refusals: [404],
  },
  'GET /api/usage': {
    useCase: showUsage,
    summary: 'How many checks were started in a month, by package',
    who: 'super_admin',
    answer: schemas.usageSchema,
    refusals: [422],
    query: {
      month: {
        description: 'By the clock of UTC; this month where it is left out.',
        schema: { type: 'string', pattern: '^20[0-9]{2}-[0-9]{2}$' },
      },
    },
  },
} satisfies Record<string, ForSuperAdmins>;
