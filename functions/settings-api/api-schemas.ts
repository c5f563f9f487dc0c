import * as z from 'zod/mini';
import { accountProblemCodes } from '#shared/domain/account-problems.ts';
import { healthStates } from '#shared/domain/health.ts';
import { isStageId, isWebhookSecret, mainWebhookEvent, webhookEvents, webhookSecretRule } from '#shared/domain/ids.ts';
import { longestStageName } from '#shared/domain/settings-faults.ts';
import { problemCodes } from '#shared/domain/stage-entry.ts';
import { alreadyInStageSchema } from './in-stage-schemas.ts';
import { pauseAnswerSchema } from './pause-schemas.ts';
import { stageAfterSchema } from './stage-after-schema.ts';

/** The shapes of the settings API: what its handlers judge requests by, and what its description is generated from. */

const time = z.number().check(z.describe('Epoch milliseconds.'));
const maybeTime = z.nullable(time);

/** The shape alone; what the values may be is the domain's business, and said here for readers of the description. */
export const settingsSchema = z.strictObject({
  triggerStages: z
    .array(
      z.strictObject({
        id: z
          .nullable(z.string().check(z.refine(isStageId, { error: 'This is not a valid stage id.' })))
          .check(z.describe('Null: Lever’s stage of this name, as soon as there is one.')),
        name: z.string().check(z.meta({ minLength: 1, maxLength: longestStageName })),
      }),
    )
    .check(z.meta({ minItems: 1, maxItems: 20, description: 'Entering one of these stages starts a check.' })),
  defaultPackageId: z
    .nullable(z.string().check(z.meta({ pattern: '^P[0-9]{1,20}$' })))
    .check(z.describe('For candidates without a TurnPackage tag; null leaves the choice to Turn.')),
  rerun: z
    .discriminatedUnion('kind', [
      z.strictObject({ kind: z.literal('never') }),
      z.strictObject({ kind: z.literal('after_days'), days: z.number().check(z.meta({ minimum: 1, maximum: 3650 })) }),
      z.strictObject({ kind: z.literal('always') }),
    ])
    .check(z.describe('May entering the stage again start another check after one has ended?')),
  tagPolicy: z.enum(['latest', 'history']),
  graceSeconds: z.number().check(z.meta({ minimum: 0, maximum: 604_800 })),
  oneCheckPerPerson: z
    .boolean()
    .check(
      z.describe('Opportunities of one person share a check of the same package, rather than each having its own.'),
    ),
  hourlyCap: z.nullable(z.number().check(z.meta({ minimum: 1, maximum: 10_000 }))),
  secretNotes: z.boolean(),
  writesReportUrl: z.boolean(),
  statusLabels: z
    .record(z.string(), z.string().check(z.meta({ minLength: 1, maxLength: 40 })))
    .check(z.describe('Our status → what recruiters see after `TurnStatus:` instead.')),
  stageAfter: stageAfterSchema,
});

export const savedSettingsSchema = z.strictObject({
  settings: settingsSchema,
  warnings: z.array(z.strictObject({ field: z.string(), message: z.string() })),
});

export const secretSchema = z.strictObject({
  secret: z.string().check(z.refine(isWebhookSecret, webhookSecretRule), z.meta({ minLength: 16, maxLength: 256 })),
  event: z
    .optional(z.enum(webhookEvents))
    .check(
      z.describe(`The event of the webhook that Lever shows it beside; ${mainWebhookEvent} where it is left out.`),
    ),
});

const secretEvents = z
  .array(z.enum(webhookEvents))
  .check(z.describe('The events of the webhooks set up by hand whose secret is saved.'));

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
    leverAccountId: z.nullable(z.string()),
    leverUserId: z.nullable(z.string()),
    authorizedAt: maybeTime,
    authorizedBy: z.nullable(z.string()).check(z.describe('The person’s id at Turn’s OpenID provider.')),
    authorizedByName: z
      .nullable(z.string())
      .check(z.describe('What that person’s own token called them; for Super Admins.')),
    reauthorizeBy: maybeTime,
    daysLeft: z.nullable(z.number()),
    candidatesUrl: z.string().check(z.describe('Followed by an opportunity’s id: where a person sees it in Lever.')),
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
  defaultHourlyCap: z
    .nullable(z.number())
    .check(
      z.describe(
        'How many checks start within an hour at most while `hourlyCap` in the settings is null; null: any number.',
      ),
    ),
  alreadyInStage: alreadyInStageSchema,
  health: z.strictObject({
    state: z
      .enum(healthStates)
      .check(
        z.describe('`down`: no check starts, or Lever shows no news; `attention`: somebody should see to something.'),
      ),
    since: maybeTime.check(z.describe('When the worst of the problems began; null: there is none, or nobody knows.')),
    problems: z
      .array(
        z.strictObject({
          code: z.enum(accountProblemCodes),
          message: z.string(),
          todo: z.string().check(z.describe('What to do about it.')),
          since: maybeTime,
          candidates: z.number().check(z.describe('How many of them it is known to keep waiting.')),
        }),
      )
      .check(z.describe('The worst first; none: it works.')),
    open: z
      .array(z.strictObject({ opportunityId: z.string(), code: z.enum(problemCodes), since: time }))
      .check(
        z.describe(
          'The candidates without a check of whom somebody has to see to something, the longest waiting first; fifty at most. Empty for whoever is no Super Admin.',
        ),
      ),
    lastCheckAt: maybeTime,
    lastLeverWriteAt: maybeTime,
    waiting: z.strictObject({
      count: z.number(),
      isComplete: z.boolean().check(z.describe('False: more wait than were counted.')),
      reasons: z.array(z.strictObject({ reason: z.string(), count: z.number() })),
    }),
  }),
});

/** What lever-oauth takes and answers; it is described here because callers know one API. */
export const authorizeAnswerSchema = z.strictObject({
  authorizeUrl: z
    .string()
    .check(z.describe('Where at Lever a Super Admin grants the access; go there in this browser.')),
});
export const replaceSchema = z.strictObject({ confirm: z.boolean() });
export const replaceAnswerSchema = z.strictObject({ replaced: z.boolean() });
export const disconnectAnswerSchema = z.strictObject({
  webhooksRemoved: z.boolean().check(z.describe('False: a Super Admin has to remove them in Lever.')),
});

export const refusalSchema = z.strictObject({
  error: z.strictObject({
    code: z.string(),
    message: z.string(),
    fields: z.optional(z.record(z.string(), z.string())),
  }),
});
