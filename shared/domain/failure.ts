/**
 * What can foreseeably go wrong, by name. `transient` is tried again later without anyone's help; `hold` waits until the
 * customer reconnects Lever; `final` will not get better by trying again; `soon` is a matter of seconds.
 */
const kinds = {
  lever_slot_reserved: 'soon',
  lever_unavailable: 'transient',
  lever_rate_limited: 'soon',
  lever_unexpected_answer: 'transient',
  lever_not_connected: 'transient',
  lever_grant_lapsed: 'hold',
  lever_forbidden: 'final',
  lever_not_found: 'final',
  lever_refused: 'final',
  turn_unavailable: 'transient',
  turn_unexpected_answer: 'transient',
  turn_token_refused: 'transient',
  someone_else_at_work: 'transient',
  table_contended: 'transient',
  table_unavailable: 'transient',
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

  get kind(): FailureKind {
    return kinds[this.code];
  }
}

/** For a promise's `catch`: null where it was refused for good; throws every other error on. */
export const nullIfRefused = (error: unknown): null => {
  if (error instanceof Failure && error.kind === 'final') return null;
  throw error;
};
