/**
 * What can foreseeably go wrong, by name. `transient` is tried again later without anyone's help; `needs_reconnect` waits until
 * the customer authorizes Lever again; `permanent` will not get better by trying again; `throttled` is a matter of seconds.
 */
const kinds = {
  lever_budget_used: 'throttled',
  lever_unavailable: 'transient',
  lever_rate_limited: 'throttled',
  lever_unexpected_answer: 'transient',
  lever_half_read: 'transient',
  lever_not_connected: 'transient',
  lever_grant_lapsed: 'needs_reconnect',
  lever_app_rejected: 'transient',
  lever_access_denied: 'transient',
  lever_forbidden: 'permanent',
  lever_not_found: 'permanent',
  lever_refused: 'permanent',
  turn_unavailable: 'transient',
  turn_check_unknown: 'transient',
  turn_unexpected_answer: 'transient',
  turn_token_rejected: 'transient',
  ordering_paused: 'transient',
  person_order_in_flight: 'throttled',
  person_order_uncertain: 'transient',
  person_unread: 'transient',
  lease_conflict: 'transient',
  write_conflict: 'transient',
  table_unavailable: 'transient',
  /** Another version of this software stored a code that this one does not know. */
  unknown: 'transient',
} as const;

export type FailureCode = keyof typeof kinds;
export type FailureKind = (typeof kinds)[FailureCode];

/** Is this the name of a foreseen failure? */
export const isFailureCode = (code: string): code is FailureCode => Object.hasOwn(kinds, code);

/** A foreseen failure. The message is for a person and holds no personal data. */
export class Failure extends Error {
  override readonly name = 'Failure';
  readonly code: FailureCode;
  /** When the other side, or our own budget, allows the next try; null: not said. */
  readonly retryAfterMs: number | null;

  constructor(code: FailureCode, message: string, retryAfterMs: number | null = null) {
    super(message);
    this.code = code;
    this.retryAfterMs = retryAfterMs;
  }
}

/** Not a part of the failure itself: those that anybody may call throw it, and load no table of kinds. */
export const kindOf = ({ code }: Failure): FailureKind => kinds[code];

/** For a promise's `catch`: null where it was refused for good; throws every other error on. */
export const nullIfPermanent = (error: unknown): null => {
  if (error instanceof Failure && kindOf(error) === 'permanent') return null;
  throw error;
};
