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

/** Reads variables that give seconds, fractions allowed, as milliseconds. All that are wrong are named at once. */
export const readMilliseconds = <Name extends string>(
  names: readonly Name[],
  variables: Readonly<Record<string, string | undefined>> = process.env,
): Record<Name, number> => {
  const raw = Object.entries(readEnvironment(names, variables)).map(
    ([name, text]) => [name, Number(text) * 1000] as const,
  );
  const wrong = raw.filter(([, value]) => !Number.isFinite(value) || value <= 0).map(([name]) => name);
  if (wrong.length > 0) throw new Error(`These must be positive numbers of seconds: ${wrong.join(', ')}.`);
  return z.record(z.enum(names), z.number()).parse(Object.fromEntries(raw));
};

/** Waiting times from their variables. */
export const readWaiting = (variables: Readonly<Record<string, string | undefined>> = process.env): Waiting => {
  const names = ['SETTLE_SECONDS', 'RETRY_FIRST_SECONDS', 'RETRY_LONGEST_SECONDS', 'QUIET_SECONDS'] as const;
  const waits = readMilliseconds(names, variables);
  return {
    settleMs: waits.SETTLE_SECONDS,
    retryFirstMs: waits.RETRY_FIRST_SECONDS,
    retryLongestMs: waits.RETRY_LONGEST_SECONDS,
    quietMs: waits.QUIET_SECONDS,
  };
};
