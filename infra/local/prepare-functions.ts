import type { LambdaFunction } from './assembly/plan.ts';

export type LocalEnvironment = {
  /** Variables that replace the template's, where a function has them at all. */
  overrides: Record<string, string | undefined>;
  /** Variables every function gets, as Lambda and the emulators provide them. */
  provided: Record<string, string>;
  timeScale: number;
};

/** The function as it runs here: other vendors' addresses, shorter waits, our emulators behind the AWS SDK. */
export const prepareFunction = (
  fn: LambdaFunction,
  { overrides, provided, timeScale }: LocalEnvironment,
): LambdaFunction => {
  const environment = Object.entries(fn.environment).map(([name, value]) => {
    const seconds = Number(value);
    const isWait = name.endsWith('_SECONDS') && Number.isFinite(seconds);
    return [name, overrides[name] ?? (isWait ? String(seconds / timeScale) : value)];
  });
  // By its access key the emulators know whose role is to be looked at.
  const access = { AWS_ACCESS_KEY_ID: fn.name };
  return { ...fn, environment: { ...Object.fromEntries(environment), ...provided, ...access } };
};
