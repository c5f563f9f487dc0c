import { describe, expect, it } from 'vitest';
import { continued, type Reconciliation } from '#shared/domain/reconciliation.ts';

const hour = 3_600_000;
const startedAt = 100 * hour;

/** A round with two pages to read, when everything before `readUntil` was read. */
const round = (readUntil: number): Reconciliation => ({
  notBefore: 0,
  connectedAt: 0,
  readUntil,
  round: {
    startedAt,
    since: readUntil,
    isPartial: false,
    steps: [
      { kind: 'entries', stageId: 'stage-1', after: null },
      { kind: 'deletions', after: null },
    ],
  },
});

const page = { next: null, isPartial: false };
const refused = { next: null, isPartial: true };

describe('a round of reconciliation', () => {
  it('has read everything before its start once all of its pages are read', () => {
    const half = continued(round(99 * hour), page);
    expect(half.readUntil).toBe(99 * hour);
    expect(continued(half, page).readUntil).toBe(startedAt);
  });

  it.each([
    ['first', refused, page],
    ['last', page, refused],
  ])('leaves to the next one what it was to read where Lever refused its %s page', (_, first, last) => {
    const done = continued(continued(round(90 * hour), first), last);
    expect(done).toMatchObject({ readUntil: 90 * hour, round: { steps: [] } });
  });

  it('leaves no more than a day to the next one, as it may be refused for good', () => {
    expect(continued(continued(round(9 * hour), refused), page).readUntil).toBe(76 * hour);
  });
});
