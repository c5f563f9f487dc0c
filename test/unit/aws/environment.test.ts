import { afterEach, describe, expect, it, vi } from 'vitest';
import { readMilliseconds, readVariable } from '#shared/aws/environment.ts';

afterEach(() => vi.unstubAllEnvs());

describe('readVariable', () => {
  it('answers the variable that was asked for', () => {
    vi.stubEnv('TABLE_NAME', 'table-1');
    expect(readVariable('TABLE_NAME')).toBe('table-1');
  });

  it('names a variable that is missing or empty, and no value of another', () => {
    vi.stubEnv('TABLE_NAME', '');
    vi.stubEnv('FINE', 'hush');
    expect(() => readVariable('TABLE_NAME')).toThrow('TABLE_NAME');
    expect(() => readVariable('QUEUE_URL_THAT_NOBODY_SET')).toThrow('QUEUE_URL_THAT_NOBODY_SET');
    expect(() => readVariable('TABLE_NAME')).not.toThrow(/FINE|hush/u);
  });
});

describe('readMilliseconds', () => {
  it.each([
    ['120', 120_000],
    ['0.5', 500],
    ['21600', 21_600_000],
  ])('reads %s seconds as milliseconds', (seconds, milliseconds) => {
    vi.stubEnv('POLL_INTERVAL_SECONDS', seconds);
    expect(readMilliseconds('POLL_INTERVAL_SECONDS')).toBe(milliseconds);
  });

  it.each(['', '0', '-1', 'soon', 'NaN', 'Infinity', ' '])('refuses %j seconds by name', (seconds) => {
    vi.stubEnv('POLL_INTERVAL_SECONDS', seconds);
    expect(() => readMilliseconds('POLL_INTERVAL_SECONDS')).toThrow('POLL_INTERVAL_SECONDS');
  });
});
