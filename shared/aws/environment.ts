/** A variable that the function was deployed with. */
export const readVariable = (name: string): string => {
  const value = process.env[name] ?? '';
  if (value === '') throw new Error(`The environment variable ${name} is missing.`);
  return value;
};

/** A variable that gives seconds, fractions allowed, as milliseconds. */
export const readMilliseconds = (name: string): number => {
  const value = Number(readVariable(name)) * 1000;
  if (!Number.isFinite(value) || value <= 0) throw new Error(`${name} must be a positive number of seconds.`);
  return value;
};
