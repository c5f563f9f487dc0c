import { describe, expect, it } from 'vitest';
import { Failure, type FailureCode, type FailureKind } from '#shared/domain/failure.ts';

const expected: Record<FailureCode, FailureKind> = {
  lever_slot_reserved: 'soon',
  lever_not_connected: 'transient',
  table_unavailable: 'transient',
  lever_unavailable: 'transient',
  lever_rate_limited: 'soon',
  lever_unexpected_answer: 'transient',
  lever_grant_lapsed: 'hold',
  lever_forbidden: 'final',
  lever_not_found: 'final',
  lever_refused: 'final',
  turn_unavailable: 'transient',
  turn_unexpected_answer: 'transient',
  turn_token_refused: 'transient',
  someone_else_at_work: 'transient',
  table_contended: 'transient',
};

describe('Failure', () => {
  it.each(Object.entries(expected))('%s is %s', (code, kind) => {
    const failure = new Failure(code as FailureCode, 'What happened.', 5);
    expect(failure).toMatchObject({ kind, code, message: 'What happened.', retryAfterMs: 5, name: 'Failure' });
  });

  it('says nothing of the next try unless it was told', () => {
    expect(new Failure('lever_unavailable', 'Down.').retryAfterMs).toBeNull();
  });
});
