import type { Account } from './account.ts';
import { daysUntil, reauthorizeBy } from './reauthorization.ts';

/** Something that a Super Admin should see to: what it is, and what to do, in a sentence or two. */
export type AccountProblem = {
  readonly code:
    | 'webhook_secret_missing'
    | 'lever_disconnected'
    | 'webhooks_silent'
    | 'trigger_stage_missing'
    | 'reauthorization_due'
    | 'turn_token_missing';
  readonly message: string;
};

/** What is known of an account beside what it chose. */
export type AccountState = {
  /** Somebody gave us the secret that Lever signs with, or we registered webhooks ourselves. */
  readonly canVerifyWebhooks: boolean;
  readonly hasTurnToken: boolean;
  /** Since when Lever shows stage changes that no webhook told of, epoch milliseconds. */
  readonly silentSince: number | null;
};

const warnDaysBefore = 30;

/** What is wrong with an account now, the worst first; empty: all is well. */
export const accountProblems = (account: Account, state: AccountState, now: number): AccountProblem[] => {
  const problems: (AccountProblem | null)[] = [
    account.connection === 'disconnected' ? disconnected : null,
    state.hasTurnToken ? null : turnTokenMissing,
    state.canVerifyWebhooks ? null : secretMissing,
    state.silentSince === null ? null : webhooksSilent,
    missingStages(account),
    reauthorizationDue(account, now),
  ];
  return problems.filter((problem) => problem !== null);
};

const disconnected: AccountProblem = {
  code: 'lever_disconnected',
  message:
    'Lever no longer lets us in. Nothing is lost: authorize Lever again, and what happened meanwhile is caught up with.',
};
const turnTokenMissing: AccountProblem = {
  code: 'turn_token_missing',
  message: 'Turn has not given this account a token yet, so no check can start. Ask Turn support to add it.',
};
const secretMissing: AccountProblem = {
  code: 'webhook_secret_missing',
  message:
    'Lever’s webhooks cannot be told from forged ones yet. Authorize Lever, or paste the signature token that Lever shows under Settings → Integrations & API → Webhooks.',
};
const webhooksSilent: AccountProblem = {
  code: 'webhooks_silent',
  message:
    'Candidates move in Lever, but no webhook says so. A Super Admin has to switch on “Candidate Stage Change” in Lever, under Settings → Integrations & API → Webhooks. Until then moves are found within the hour.',
};

const missingStages = ({ stages, triggerStages }: Account): AccountProblem | null => {
  if (stages === null) return null;
  const missing = triggerStages.filter(({ id }) => id === null || !Object.hasOwn(stages.names, id));
  if (missing.length === 0) return null;
  const names = missing.map(({ name }) => `“${name}”`).join(', ');
  return {
    code: 'trigger_stage_missing',
    message: `Lever has no stage ${names}: candidates cannot be moved there. Choose another trigger stage, or add it in Lever.`,
  };
};

const reauthorizationDue = (account: Account, now: number): AccountProblem | null => {
  const by = reauthorizeBy(account);
  if (by === null || daysUntil(by, now) > warnDaysBefore) return null;
  const days = daysUntil(by, now);
  const left = days === 0 ? 'within a day' : `in ${days} ${days === 1 ? 'day' : 'days'}`;
  return {
    code: 'reauthorization_due',
    message: `Lever’s permission lasts a year, and ends ${left}. Authorize Lever again before then.`,
  };
};
