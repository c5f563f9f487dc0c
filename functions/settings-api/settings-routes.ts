import { type OnRequest, onlyFor } from '#shared/edge/authorize.ts';
import type { Answer, Incoming, Routes } from '#shared/edge/http-handler.ts';
import type { AppPorts } from '#shared/vendors.ts';
import { actionOperations } from './action-operations.ts';
import * as schemas from './api-schemas.ts';
import { candidateOperations } from './candidate-operations.ts';
import { changeSettings, showSettings } from './change-settings.ts';
import { revokePreviousSecret, setWebhookSecret } from './change-webhook-secret.ts';
import { describeApi, type Operation } from './describe-api.ts';
import * as inStageSchemas from './in-stage-schemas.ts';
import { changeMailAddresses, showMailAddresses } from './mail-addresses.ts';
import { mailAddressesSchema, newMailAddressesSchema } from './mail-schemas.ts';
import { packageOperations } from './package-operations.ts';
import { pauseOperations } from './pause-operations.ts';
import { previewCheck } from './preview-check.ts';
import { previewAnswerSchema, previewSchema } from './preview-schemas.ts';
import { replacementSchema } from './replacement-schema.ts';
import { checkAgain, requestChecks } from './request-checks.ts';
import { showAccount } from './show-account.ts';
import { showInStage } from './show-in-stage.ts';
import { showStages } from './show-stages.ts';

type Route = Operation &
  (
    | { readonly who: 'everybody'; readonly useCase: Routes<AppPorts>[string] }
    | { readonly who: 'anyone' | 'super_admin'; readonly useCase: OnRequest<AppPorts> }
  );

/** What the settings API offers: for each route what is done, who is let in, and what callers need to know. */
export const operations = {
  'GET /api/account': {
    useCase: showAccount,
    summary: 'What the account is connected to, whether it works, and what somebody should see to',
    who: 'anyone',
    answer: schemas.accountAnswerSchema,
  },
  'GET /api/settings': {
    useCase: showSettings,
    summary: 'What the account chose',
    who: 'anyone',
    answer: schemas.settingsSchema,
    hasEtag: true,
  },
  'PUT /api/settings': {
    useCase: changeSettings,
    summary: 'Replaces all settings; a stage that Lever does not have is a warning',
    who: 'super_admin',
    body: schemas.settingsSchema,
    answer: schemas.savedSettingsSchema,
    hasEtag: true,
    headers: { 'If-Match': 'The ETag with which the settings were read.' },
    refusals: [400, 412, 413, 422, 428],
  },
  'PUT /api/webhook-secret': {
    useCase: setWebhookSecret,
    summary: 'Sets the signature token of Lever’s webhook of one event; the one before stays valid for 14 days',
    who: 'super_admin',
    body: schemas.secretSchema,
    answer: schemas.secretStateSchema,
    refusals: [400, 413, 422],
  },
  'DELETE /api/webhook-secret/previous': {
    useCase: revokePreviousSecret,
    summary:
      'Stops believing the signature tokens before the current ones, given by hand or of webhooks that we registered',
    who: 'super_admin',
    answer: schemas.secretStateSchema,
  },
  'GET /api/stages': {
    useCase: showStages,
    summary: 'Lever’s stages in Lever’s order, read from Lever, or as last read where Lever does not answer',
    who: 'anyone',
    answer: schemas.stagesSchema,
  },
  ...packageOperations,
  ...actionOperations,
  ...candidateOperations,
  'GET /api/in-stage': {
    useCase: showInStage,
    summary: 'Who is in the trigger stages now, read from Lever, and who of them gets no check unless somebody asks',
    who: 'super_admin',
    answer: inStageSchemas.inStageAnswerSchema,
    refusals: [409, 503],
  },
  'POST /api/backfill': {
    useCase: requestChecks,
    summary: 'Asks a check for candidates who were in the stage already; asking again asks for nobody twice',
    who: 'super_admin',
    body: inStageSchemas.backfillSchema,
    answer: inStageSchemas.backfillAnswerSchema,
    refusals: [400, 409, 413, 422],
  },
  ...pauseOperations,
  'POST /api/preview': {
    useCase: previewCheck,
    summary: 'What would happen if a candidate were moved into the trigger stage now; orders and writes nothing',
    who: 'super_admin',
    body: previewSchema,
    answer: previewAnswerSchema,
    refusals: [400, 404, 409, 413, 422, 503],
  },
  'POST /api/candidates/{opportunityId}/decide': {
    useCase: checkAgain,
    summary: 'Looks at a candidate again within about a minute',
    who: 'super_admin',
    answer: inStageSchemas.decisionAnswerSchema,
    status: 202,
    refusals: [404],
  },
  'GET /api/mail-addresses': {
    useCase: showMailAddresses,
    summary: 'Who is told by e-mail when something is wrong',
    who: 'super_admin',
    answer: mailAddressesSchema,
    hasEtag: true,
  },
  'PUT /api/mail-addresses': {
    useCase: changeMailAddresses,
    summary: 'Replaces who is told by e-mail; who is new is asked by e-mail first',
    who: 'super_admin',
    body: newMailAddressesSchema,
    answer: mailAddressesSchema,
    hasEtag: true,
    headers: { 'If-Match': 'The ETag with which the list was read.' },
    refusals: [400, 409, 412, 413, 422, 428],
  },
  'GET /api/openapi.json': {
    useCase: async (_incoming: Incoming, { config }: AppPorts): Promise<Answer> => ({
      status: 200,
      json: describeApi(config.publicUrl, apiOperations()),
    }),
    summary: 'This description',
    who: 'everybody',
    answer: null,
  },
} satisfies Record<string, Route>;

/** The routes of lever-oauth, described here because callers know one API. */
export const leverOperations = {
  'POST /api/lever/authorize': {
    summary:
      'Begins to connect the account to Lever, for ten minutes and in this browser; Lever leads back to the settings page',
    who: 'super_admin',
    answer: schemas.authorizeAnswerSchema,
    refusals: [503],
  },
  'GET /api/lever/replace': {
    summary: 'The other Lever account that was just authorized, beside the present one that it would replace',
    who: 'super_admin',
    answer: replacementSchema,
    refusals: [409],
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
} satisfies Record<string, Operation>;

/** Everything that callers may know of, as one API. */
export const apiOperations = (): Readonly<Record<string, Operation>> => ({ ...operations, ...leverOperations });

/** The settings API, each route open to whom it is for. */
export const settingsRoutes: Routes<AppPorts> = Object.fromEntries(
  Object.entries<Route>(operations).map(([routeKey, route]) => [
    routeKey,
    route.who === 'everybody' ? route.useCase : onlyFor(route.who, route.useCase),
  ]),
);
