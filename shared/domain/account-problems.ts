import type { Account } from './account.ts';
import { daysUntil, reauthorizeBy } from './reauthorization.ts';
import { nameIn } from './trigger-stage.ts';

/** What can be wrong with an account, the worst first. */
export const accountProblemCodes = [
  'lever_not_connected',
  'lever_disconnected',
  'lever_access_denied',
  'turn_token_missing',
  'webhook_secret_missing',
  'webhook_secret_wrong',
  'webhooks_silent',
  'trigger_stage_missing',
  'default_package_unknown',
  'reauthorization_due',
] as const;

/** Something that a Super Admin should see to: what it is, and what to do, in a sentence or two. */
export type AccountProblem = { readonly code: (typeof accountProblemCodes)[number]; readonly message: string };

/** What is known of an account beside what it chose. */
export type AccountState = {
  /** Lever can tell us of moves: by webhooks that we registered, or by those set up by hand whose secret somebody saved. */
  readonly receivesMoves: boolean;
  readonly hasTurnToken: boolean;
  /** When Lever last sent something that was signed with a secret of ours, and when something came that was not; epoch milliseconds, null: never. */
  readonly lastSignedAt: number | null;
  readonly lastRefusedAt: number | null;
  /** Since when Lever shows stage changes that no webhook told of, epoch milliseconds. */
  readonly silentSince: number | null;
};

const warnDaysBefore = 30;
/** Good deliveries are noted no oftener than once a minute: one that was not noted may be the last all the same. */
const notedEveryMs = 60_000;
/** Anybody who knows the address can send something that is signed wrongly: one such must not alarm for longer. */
const refusalCountsForMs = 86_400_000;

/** What is wrong with an account now, the worst first; empty: all is well. */
export const accountProblems = (account: Account, state: AccountState, now: number): AccountProblem[] => {
  const { connectionState, leverDeniedSince } = account;
  const isDenied = connectionState === 'connected' && leverDeniedSince !== undefined;
  const messages: Readonly<Record<AccountProblem['code'], string | null>> = {
    lever_not_connected: connectionState === 'not_connected' ? notConnected : null,
    lever_disconnected: connectionState === 'disconnected' ? disconnected : null,
    lever_access_denied: isDenied ? accessDenied : null,
    turn_token_missing: state.hasTurnToken ? null : turnTokenMissing,
    // Connecting brings webhooks with secrets of their own.
    webhook_secret_missing:
      state.receivesMoves || connectionState === 'not_connected' ? null : missingWebhooks(account),
    webhook_secret_wrong: isSecretWrong(state, now) ? secretWrong : null,
    webhooks_silent: state.silentSince === null || !state.receivesMoves ? null : webhooksSilent,
    trigger_stage_missing: missingStages(account),
    default_package_unknown: packageUnknown(account),
    reauthorization_due: reauthorizationDue(account, now),
  };
  return accountProblemCodes.flatMap((code) => {
    const message = messages[code];
    return message === null ? [] : [{ code, message }];
  });
};

const isSecretWrong = ({ lastSignedAt, lastRefusedAt }: AccountState, now: number): boolean =>
  lastRefusedAt !== null &&
  lastRefusedAt - (lastSignedAt ?? 0) >= notedEveryMs &&
  now - lastRefusedAt < refusalCountsForMs;

const notConnected =
  'Lever is not connected, so moving a candidate starts nothing. Press Authorize Lever; your role in Lever must be Super Admin.';
const disconnected =
  'Lever no longer lets us in. Nothing is lost: authorize Lever again, and what happened meanwhile is caught up with.';
const accessDenied =
  'Lever forbids our access to everything, so nothing starts and nothing shows. Nothing is lost: a Super Admin of Lever has to allow it again in Lever’s settings, or press Authorize Lever.';
const turnTokenMissing =
  'Turn has not given this account a token yet, so no check can start. Ask Turn support to add it.';
const missingWebhooks = ({ connection }: Account): string =>
  connection?.authorizedBy === undefined ? secretMissing : webhooksMissing;
const webhooksMissing =
  'The webhooks that tell of moves are missing in Lever: they were removed there, or could not be set up. Press Authorize Lever again to set them up. Until then moves are found within the hour.';
const secretMissing =
  'Lever’s webhooks cannot be told from forged ones yet. Authorize Lever, or paste the signature token that Lever shows under Settings → Integrations & API → Webhooks.';
const secretWrong =
  'The last webhook was signed with a secret that is not saved here, and was refused. If you have set up a webhook by hand in Lever, under Settings → Integrations & API → Webhooks, copy its signature token once more, save it as Webhook Secret, and press Verify Connection there; or remove that webhook.';
const webhooksSilent =
  'Candidates move in Lever, but no webhook says so. A Super Admin has to switch on “Candidate Stage Change” in Lever, under Settings → Integrations & API → Webhooks. Until then moves are found within the hour.';

const missingStages = ({ stages, triggerStages }: Account): string | null => {
  if (stages === null) return null;
  const missing = triggerStages.filter(({ id }) => nameIn(stages, id) === undefined);
  if (missing.length === 0) return null;
  const names = missing.map(({ name }) => `“${name}”`).join(', ');
  return `Lever has no stage ${names}: candidates cannot be moved there. Choose another trigger stage, or add it in Lever.`;
};

const packageUnknown = ({ defaultPackageId, unknownPackageId }: Account): string | null =>
  defaultPackageId === null || defaultPackageId !== unknownPackageId
    ? null
    : `Turn does not know package ${defaultPackageId}; Turn’s own default is ordered instead. Choose another under Default package.`;

const reauthorizationDue = (account: Account, now: number): string | null => {
  const by = reauthorizeBy(account);
  if (by === null || daysUntil(by, now) > warnDaysBefore) return null;
  const days = daysUntil(by, now);
  const left = days === 0 ? 'within a day' : `in ${days} ${days === 1 ? 'day' : 'days'}`;
  return `Lever’s permission lasts a year, and ends ${left}. Authorize Lever again before then.`;
};
