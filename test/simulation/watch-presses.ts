import type { TurnCheck } from '#infra/local/sandbox/turn-records.ts';
import type { HttpRequest } from '#shared/http/send-request.ts';
import type { Models } from './machine/customers.ts';
import type { Truth } from './watch.ts';

/** What was pressed about a check: how often, how often Turn did it, and the presses of which somebody was told that it was done. */
export type Presses = { readonly pressed: number; readonly done: number; readonly told: Set<string> };

const actionOf = ({ method, url }: HttpRequest): { action: string; turnId: string } | null => {
  const path = `${method} ${url.pathname}`;
  const resent = /^POST \/fcra\/([^/]+)\/email\/consent\/resend$/u.exec(path)?.[1];
  if (resent !== undefined) return { action: 'resend_invitation', turnId: resent };
  const repeated = /^PUT \/fcra_check\/([^/]+)\/recheck$/u.exec(path)?.[1];
  return repeated === undefined ? null : { action: 'recheck', turnId: repeated };
};

/** 11: Turn does at most once what was pressed once, and did it where somebody is told so. */
export const createPressWatch = ({ turn }: Models, truth: Truth, violate: (what: string) => void) => {
  const checkOf = (id: string): TurnCheck | undefined => turn.checks.find(({ turnId }) => turnId === id);
  return {
    onSent: (request: HttpRequest): void => {
      const asked = actionOf(request);
      const check = checkOf(asked?.turnId ?? '');
      if (asked?.action === 'recheck' && check !== undefined) truth.turnPasts.note(check.workerId, check.state);
    },
    onDone: (request: HttpRequest): void => {
      const asked = actionOf(request);
      if (asked === null) return;
      const key = `${asked.action} ${asked.turnId}`;
      const known = truth.presses.get(key) ?? { pressed: 0, done: 0, told: new Set<string>() };
      truth.presses.set(key, { ...known, done: known.done + 1 });
      if (known.done >= known.pressed) violate(`11: Turn was asked more often than somebody pressed: ${key}`);
    },
  };
};

export const judgePresses = (truth: Truth, violate: (what: string) => void): void => {
  for (const [key, { done, told }] of truth.presses)
    if (told.size > done) violate(`11: somebody was told that Turn did what it never did: ${key}`);
};
