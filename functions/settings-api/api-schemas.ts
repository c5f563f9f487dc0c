import * as z from 'zod';
import { accountProblemCodes } from '#shared/domain/account-problems.ts';
import { healthStates } from '#shared/domain/health.ts';
import { isStageId, isWebhookSecret, mainWebhookEvent, webhookEvents, webhookSecretRule } from '#shared/domain/ids.ts';
import { longestStageName } from '#shared/domain/settings-faults.ts';
import { problemCodes } from '#shared/domain/stage-entry.ts';
import { alreadyInStageSchema } from './in-stage-schemas.ts';
import { pauseAnswerSchema } from './pause-schemas.ts';
import { stageAfterSchema } from './stage-after-schema.ts';

/** The shapes of the settings API: what its handlers judge requests by, and what its description is generated from. */

const time = z.number().meta({ description: 'Epoch milliseconds.' });
const maybeTime = time.nullable();

/** The shape alone; what the values may be is the domain's business, and said here for readers of the description. */
export const settingsSchema = z.strictObject({
  triggerStages: z
    .array(
      z.strictObject({
        id: z
          .string()
          .refine(isStageId, { error: 'This is not a valid stage id.' })
          .nullable()
          .meta({ description: 'Null: Lever’s stage of this name, as soon as there is one.' }),
        name: z.string().meta({ minLength: 1, maxLength: longestStageName }),
      }),
    )
    .meta({ minItems: 1, maxItems: 20, description: 'Entering one of these stages starts a check.' }),
  defaultPackageId: z
    .string()
    .meta({ pattern: '^P[0-9]{1,20}$' })
    .nullable()
    .meta({ description: 'For candidates without a TurnPackage tag; null leaves the choice to Turn.' }),
  rerun: z
    .discriminatedUnion('kind', [
      z.strictObject({ kind: z.literal('never') }),
      z.strictObject({ kind: z.literal('after_days'), days: z.number().meta({ minimum: 1, maximum: 3650 }) }),
      z.strictObject({ kind: z.literal('always') }),
    ])
    .meta({ description: 'May entering the stage again start another check after one has ended?' }),
  tagPolicy: z.enum(['latest', 'history']),
  graceSeconds: z.number().meta({ minimum: 0, maximum: 604_800 }),
  oneCheckPerPerson: z.boolean().meta({
    description: 'Opportunities of one person share a check of the same package, rather than each having its own.',
  }),
  hourlyCap: z.number().meta({ minimum: 1, maximum: 10_000 }).nullable(),
  secretNotes: z.boolean(),
  writesReportUrl: z.boolean(),
  statusLabels: z
    .record(z.string(), z.string().meta({ minLength: 1, maxLength: 40 }))
    .meta({ description: 'Our status → what recruiters see after `TurnStatus:` instead.' }),
  stageAfter: stageAfterSchema,
});

export const savedSettingsSchema = z.strictObject({
  settings: settingsSchema,
  warnings: z.array(z.strictObject({ field: z.string(), message: z.string() })),
});

export const secretSchema = z.strictObject({
  secret: z.string().refine(isWebhookSecret, webhookSecretRule).meta({ minLength: 16, maxLength: 256 }),
  event: z
    .enum(webhookEvents)
    .optional()
    .meta({
      description: `The event of the webhook that Lever shows it beside; ${mainWebhookEvent} where it is left out.`,
    }),
});

const secretEvents = z
  .array(z.enum(webhookEvents))
  .meta({ description: 'The events of the webhooks set up by hand whose secret is saved.' });

export const secretStateSchema = z.strictObject({
  secretIsSet: z.boolean(),
  secretEvents,
  previousValidUntil: maybeTime,
});

export const stagesSchema = z.strictObject({
  stages: z.array(z.strictObject({ id: z.string(), name: z.string() })),
  readAt: maybeTime,
});

export const accountAnswerSchema = z.strictObject({
  accountId: z.string(),
  name: z.string(),
  user: z.strictObject({ id: z.string(), maySettle: z.boolean() }),
  connection: z.strictObject({
    state: z.enum(['not_connected', 'connected', 'disconnected']),
    changedAt: maybeTime,
    leverAccountId: z.string().nullable(),
    leverUserId: z.string().nullable(),
    authorizedAt: maybeTime,
    authorizedBy: z.string().nullable().meta({ description: 'The person’s id at Turn’s OpenID provider.' }),
    authorizedByName: z
      .string()
      .nullable()
      .meta({ description: 'What that person’s own token called them; for Super Admins.' }),
    reauthorizeBy: maybeTime,
    daysLeft: z.number().nullable(),
    candidatesUrl: z
      .string()
      .meta({ description: 'Followed by an opportunity’s id: where a person sees it in Lever.' }),
  }),
  webhook: z.strictObject({
    url: z.string(),
    secretIsSet: z.boolean(),
    secretEvents,
    previousValidUntil: maybeTime,
    registered: z.boolean(),
    lastReceivedAt: maybeTime,
    lastVerifiedAt: maybeTime,
    silentSince: maybeTime,
  }),
  pause: pauseAnswerSchema,
  defaultHourlyCap: z.number().nullable().meta({
    description:
      'How many checks start within an hour at most while `hourlyCap` in the settings is null; null: any number.',
  }),
  alreadyInStage: alreadyInStageSchema,
  health: z.strictObject({
    state: z.enum(healthStates).meta({
      description: '`down`: no check starts, or Lever shows no news; `attention`: somebody should see to something.',
    }),
    since: maybeTime.meta({
      description: 'When the worst of the problems began; null: there is none, or nobody knows.',
    }),
    problems: z
      .array(
        z.strictObject({
          code: z.enum(accountProblemCodes),
          message: z.string(),
          todo: z.string().meta({ description: 'What to do about it.' }),
          since: maybeTime,
          candidates: z.number().meta({ description: 'How many of them it is known to keep waiting.' }),
        }),
      )
      .meta({ description: 'The worst first; none: it works.' }),
    open: z.array(z.strictObject({ opportunityId: z.string(), code: z.enum(problemCodes), since: time })).meta({
      description:
        'The candidates without a check of whom somebody has to see to something, the longest waiting first; fifty at most. Empty for whoever is no Super Admin.',
    }),
    lastCheckAt: maybeTime,
    lastLeverWriteAt: maybeTime,
    waiting: z.strictObject({
      count: z.number(),
      isComplete: z.boolean().meta({ description: 'False: more wait than were counted.' }),
      reasons: z.array(z.strictObject({ reason: z.string(), count: z.number() })),
    }),
  }),
});

/** What lever-oauth takes and answers; it is described here because callers know one API. */
export const authorizeAnswerSchema = z.strictObject({
  authorizeUrl: z
    .string()
    .meta({ description: 'Where at Lever a Super Admin grants the access; go there in this browser.' }),
});
export const replaceSchema = z.strictObject({ confirm: z.boolean() });
export const replaceAnswerSchema = z.strictObject({ replaced: z.boolean() });
export const disconnectAnswerSchema = z.strictObject({
  webhooksRemoved: z.boolean().meta({ description: 'False: a Super Admin has to remove them in Lever.' }),
});

export const refusalSchema = z.strictObject({
  error: z.strictObject({
    code: z.string(),
    message: z.string(),
    fields: z.record(z.string(), z.string()).optional(),
  }),
});
