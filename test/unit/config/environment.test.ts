import { describe, expect, it } from 'vitest';
import { readEnvironment, readWaiting } from '#shared/config/environment.ts';

const waits = {
  SETTLE_SECONDS: '120',
  RETRY_FIRST_SECONDS: '60',
  RETRY_LONGEST_SECONDS: '21600',
  QUIET_SECONDS: '0.5',
};

describe('readEnvironment', () => {
  it('answers exactly the variables that were asked for', () => {
    expect(readEnvironment(['A', 'B'], { A: '1', B: '2', C: '3' })).toEqual({ A: '1', B: '2' });
  });

  it('names every variable that is missing or empty, and none of the values', () => {
    const reading = () =>
      readEnvironment(['TABLE_NAME', 'QUEUE_URL', 'SECRET_ID', 'FINE'], { QUEUE_URL: '', FINE: 'hush' });
    expect(reading).toThrow('TABLE_NAME, QUEUE_URL, SECRET_ID');
    expect(reading).not.toThrow(/FINE|hush/u);
  });
});

describe('readWaiting', () => {
  it('reads seconds, which may be fractions, as milliseconds', () => {
    expect(readWaiting(waits)).toEqual({
      settleMs: 120_000,
      retryFirstMs: 60_000,
      retryLongestMs: 21_600_000,
      quietMs: 500,
    });
  });

  it('names every wait that is missing', () => {
    expect(() => readWaiting({})).toThrow('SETTLE_SECONDS, RETRY_FIRST_SECONDS, RETRY_LONGEST_SECONDS, QUIET_SECONDS');
  });

  it.each(['0', '-1', 'soon', 'NaN', 'Infinity', ' '])('refuses %j seconds by name', (seconds) => {
    expect(() => readWaiting({ ...waits, QUIET_SECONDS: seconds })).toThrow('QUIET_SECONDS');
  });
});
