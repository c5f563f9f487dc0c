import * as z from 'zod';
import type { Waiting } from '#shared/domain/waiting.ts';

/** Reads the variables that a function was deployed with. All that are missing are named at once. */
export const readEnvironment = <Name extends string>(
  names: readonly Name[],
  variables: Readonly<Record<string, string | undefined>> = process.env,
): Record<Name, string> => {
  const missing = names.filter((name) => (variables[name] ?? '') === '');
  if (missing.length > 0) throw new Error(`Environment variables are missing: ${missing.join(', ')}.`);
  return z.record(z.enum(names), z.string()).parse(Object.fromEntries(names.map((name) => [name, variables[name]])));
};

/** Waiting times from their variables, which give seconds and may be fractions. */
export const readWaiting = (variables: Readonly<Record<string, string | undefined>> = process.env): Waiting => {
  const names = ['SETTLE_SECONDS', 'RETRY_FIRST_SECONDS', 'RETRY_LONGEST_SECONDS', 'QUIET_SECONDS'] as const;
  const raw = readEnvironment(names, variables);
  const milliseconds = (name: (typeof names)[number]): number => {
    const seconds = Number(raw[name]);
    if (!Number.isFinite(seconds) || seconds <= 0) throw new Error(`${name} must be a positive number of seconds.`);
    return seconds * 1000;
  };
  return {
    settleMs: milliseconds('SETTLE_SECONDS'),
    retryFirstMs: milliseconds('RETRY_FIRST_SECONDS'),
    retryLongestMs: milliseconds('RETRY_LONGEST_SECONDS'),
    quietMs: milliseconds('QUIET_SECONDS'),
  };
};
