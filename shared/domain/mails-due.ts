import type { AccountProblem, AccountProblemCode } from './account-problems.ts';
import type { Health } from './health.ts';
import { daysUntil, warningStep } from './reauthorization.ts';

/** Why somebody is mailed: the problems that count as one, how long it must have lasted, and for how long it must be over. */
type Cause = {
  readonly codes: readonly AccountProblemCode[];
  readonly afterMs: number;
  readonly mendedAfterMs: number;
};

const hourMs = 3_600_000;

export const mailCauses = {
  lever_access: { codes: ['lever_disconnected', 'lever_access_denied'], afterMs: 0, mendedAfterMs: 0 },
  turn_token: { codes: ['turn_token_missing', 'turn_token_rejected'], afterMs: 0, mendedAfterMs: 0 },
  // Connecting sets them up within moments, and maintenance puts back what was taken out.
  webhooks: { codes: ['webhook_secret_missing', 'webhooks_silent'], afterMs: hourMs / 4, mendedAfterMs: 0 },
  lever_not_answering: { codes: ['lever_not_answering'], afterMs: hourMs, mendedAfterMs: 0 },
  turn_not_answering: { codes: ['turn_not_answering'], afterMs: hourMs, mendedAfterMs: 0 },
  // A bulk move meets the limit hour after hour, with moments in between in which nobody waits.
  hourly_limit: { codes: ['hourly_limit_reached'], afterMs: 0, mendedAfterMs: hourMs },
} as const satisfies Record<string, Cause>;
export type MailCause = keyof typeof mailCauses;

const isCause = (name: string): name is MailCause => Object.hasOwn(mailCauses, name);
const causes = Object.keys(mailCauses).filter(isCause);

/** What a mail tells: our own words, no candidate and no secret. */
export type MailNews =
  | { readonly kind: 'problem'; readonly cause: string; readonly message: string; readonly todo: string }
  | { readonly kind: 'mended'; readonly cause: string }
  | { readonly kind: 'reauthorization'; readonly daysLeft: number };

/** A cause that was found: when first, when somebody was mailed (null: not yet), and since when it is over (null: it is not). Epoch milliseconds. */
type Found = { readonly seenAt: number; readonly toldAt: number | null; readonly goneAt: number | null };

/** What was told already. `reauthorization`: the last step that was told of the access that ends then. */
export type MailsTold = {
  readonly causes: Readonly<Partial<Record<string, Found>>>;
  readonly reauthorization: { readonly by: number; readonly daysLeft: number } | null;
};

export const nothingTold: MailsTold = { causes: {}, reauthorization: null };

type Condition = { readonly health: Pick<Health, 'state' | 'problems'>; readonly reauthorizeBy: number | null };

/**
 * What has to be mailed now: each cause once when it is found and once when it is mended, and each step towards the end of the
 * access once. While Lever does not let us in, nothing else can be judged: it is told, or mended, once Lever does. Who
 * disconnects by choice waits for nothing, and is told nothing.
 */
export const mailsDue = (
  { health, reauthorizeBy }: Condition,
  told: MailsTold,
  now: number,
): { news: MailNews[]; told: MailsTold } => {
  if (health.state === 'not_connected') return { news: [], told: nothingTold };
  const isShutOut = problemOf('lever_access', health) !== null;
  const judged = causes.filter((cause) => cause === 'lever_access' || !isShutOut);
  const found: Partial<Record<string, Found>> = { ...told.causes };
  const news: MailNews[] = [];
  for (const cause of judged) {
    const judgement = judge(cause, problemOf(cause, health), told.causes[cause], now);
    if (judgement.found === null) delete found[cause];
    else found[cause] = judgement.found;
    if (judgement.news !== null) news.push(judgement.news);
  }
  const step = reauthorizeBy === null ? undefined : warningStep(daysUntil(reauthorizeBy, now));
  if (reauthorizeBy === null || step === undefined) return { news, told: { ...told, causes: found } };
  const toldBefore = told.reauthorization?.by === reauthorizeBy ? told.reauthorization.daysLeft : Infinity;
  if (step < toldBefore) news.push({ kind: 'reauthorization', daysLeft: daysUntil(reauthorizeBy, now) });
  return {
    news,
    told: { causes: found, reauthorization: { by: reauthorizeBy, daysLeft: Math.min(step, toldBefore) } },
  };
};

const problemOf = (cause: MailCause, { problems }: Condition['health']): AccountProblem | null => {
  const codes: readonly AccountProblemCode[] = mailCauses[cause].codes;
  return problems.find(({ code }) => codes.includes(code)) ?? null;
};

const judge = (
  cause: MailCause,
  problem: AccountProblem | null,
  before: Found | undefined,
  now: number,
): { found: Found | null; news: MailNews | null } => {
  const { afterMs, mendedAfterMs } = mailCauses[cause];
  if (problem === null) {
    if (before === undefined || before.toldAt === null) return { found: null, news: null };
    const goneAt = before.goneAt ?? now;
    if (now - goneAt < mendedAfterMs) return { found: { ...before, goneAt }, news: null };
    return { found: null, news: { kind: 'mended', cause } };
  }
  const seenAt = Math.min(before?.seenAt ?? now, problem.since ?? now);
  const toldAt = before?.toldAt ?? null;
  if (toldAt !== null || now - seenAt < afterMs) return { found: { seenAt, toldAt, goneAt: null }, news: null };
  const { message, todo } = problem;
  return { found: { seenAt, toldAt: now, goneAt: null }, news: { kind: 'problem', cause, message, todo } };
};
