import { describe, expect, it } from 'vitest';
import { Failure, type FailureCode, type FailureKind, kindOf } from '#shared/domain/failure.ts';

const expected: Record<FailureCode, FailureKind> = {
  lever_budget_used: 'throttled',
  lever_not_connected: 'transient',
  table_unavailable: 'transient',
  lever_unavailable: 'transient',
  lever_rate_limited: 'throttled',
  lever_unexpected_answer: 'transient',
  lever_half_read: 'transient',
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
  unknown: 'transient',
};

describe('Failure', () => {
  it.each(Object.entries(expected))('%s is %s', (code, kind) => {
    const failure = new Failure(code as FailureCode, 'What happened.', 5);
    expect(failure).toMatchObject({ code, message: 'What happened.', retryAfterMs: 5, name: 'Failure' });
    expect(kindOf(failure)).toBe(kind);
  });

  it('says nothing of the next try unless it was told', () => {
    expect(new Failure('lever_unavailable', 'Down.').retryAfterMs).toBeNull();
  });
});
