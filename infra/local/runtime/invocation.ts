/** How an invocation ended, as Lambda would tell its caller. */
export type Outcome = { ok: true; payload: unknown } | { ok: false; errorType: string; errorMessage: string };

export type Invocation = {
  requestId: string;
  event: unknown;
  /** Called when an environment takes it up, and from when on its timeout counts. */
  started(): void;
  settle(outcome: Outcome): void;
};
