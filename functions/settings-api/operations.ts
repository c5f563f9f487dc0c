import type * as z from 'zod';
import { activityKinds } from '#shared/domain/activity.ts';
import * as schemas from './api-schemas.ts';

/** One route of the API, for those who call it: who may, what it takes, what it answers, how it refuses. */
export type Operation = {
  readonly summary: string;
  readonly who: 'everybody' | 'anyone' | 'super_admin';
  readonly query?: Readonly<Record<string, { description: string; schema: object }>>;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: z.ZodType;
  /** Null: a document in a format of its own. */
  readonly answer: z.ZodType | null;
  readonly hasEtag?: boolean;
  readonly refusals: readonly number[];
};

export const operations = {
  'GET /api/account': {
    summary: 'What the account is connected to, whether it works, and what somebody should see to',
    who: 'anyone',
    answer: schemas.accountAnswerSchema,
    refusals: [],
  },
  'GET /api/settings': {
    summary: 'What the account chose',
    who: 'anyone',
    answer: schemas.settingsSchema,
    hasEtag: true,
    refusals: [],
  },
  'PUT /api/settings': {
    summary: 'Replaces all settings; a stage that Lever does not have is a warning',
    who: 'super_admin',
    body: schemas.settingsSchema,
    answer: schemas.savedSettingsSchema,
    hasEtag: true,
    headers: { 'If-Match': 'The ETag with which the settings were read.' },
    refusals: [400, 412, 413, 422, 428],
  },
  'PUT /api/webhook-secret': {
    summary: 'Sets the signature token of Lever’s webhook of one event; the one before stays valid for 14 days',
    who: 'super_admin',
    body: schemas.secretSchema,
    answer: schemas.secretStateSchema,
    refusals: [400, 413, 422],
  },
  'DELETE /api/webhook-secret/previous': {
    summary: 'Stops believing the signature tokens before the current ones',
    who: 'super_admin',
    answer: schemas.secretStateSchema,
    refusals: [],
  },
  'GET /api/stages': {
    summary: 'Lever’s stages in Lever’s order, read from Lever, or as last read where Lever does not answer',
    who: 'anyone',
    answer: schemas.stagesSchema,
    refusals: [],
  },
  'GET /api/activity': {
    summary: 'What happened in the account during the last 90 days, newest first',
    who: 'anyone',
    answer: schemas.activitiesSchema,
    refusals: [422],
    query: {
      after: { description: '`next` of the page before.', schema: { type: 'string' } },
      kind: {
        description: `Only these kinds, parted by commas: ${activityKinds.join(', ')}.`,
        schema: { type: 'string' },
      },
      limit: { description: 'How many.', schema: { type: 'integer', minimum: 1, maximum: 100, default: 50 } },
    },
  },
  'GET /api/openapi.json': {
    summary: 'This description',
    who: 'everybody',
    answer: null,
    refusals: [],
  },
} as const satisfies Record<string, Operation>;

/** The routes of lever-oauth, described here because callers know one API. */
export const leverOperations = {
  'POST /api/lever/authorize': {
    summary:
      'Begins to connect the account to Lever, for ten minutes and in this browser; Lever leads back to the settings page',
    who: 'super_admin',
    answer: schemas.authorizeAnswerSchema,
    refusals: [503],
  },
  'POST /api/lever/replace': {
    summary: 'Says whether another Lever account, which was just authorized in this browser, replaces the present one',
    who: 'super_admin',
    body: schemas.replaceSchema,
    answer: schemas.replaceAnswerSchema,
    refusals: [409, 422],
  },
  'POST /api/lever/disconnect': {
    summary: 'Takes our webhooks out of Lever and forgets the access',
    who: 'super_admin',
    answer: schemas.disconnectAnswerSchema,
    refusals: [],
  },
} as const satisfies Record<string, Operation>;
