import { accessSync, constants, mkdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import * as z from 'zod';
import { parseAccountsFile } from '../operator/accounts-file.ts';
import type { LocalStackOptions } from './local-stack.ts';

type Reading = { options: LocalStackOptions } | { faults: string[] };

const address = z
  .url({ protocol: /^https?$/, error: 'must be an http:// or https:// address' })
  .transform((url) => url.replace(/\/+$/, ''))
  .optional();

const environmentSchema = z.object({
  PORT: z.coerce
    .number({ error: 'must be a port number, or 0 for any free one' })
    .int({ error: 'must be a whole number' })
    .min(0, { error: 'must be 0 or more' })
    .max(65_535, { error: 'must be at most 65535' })
    .default(3000),
  LEVER_API_URL: address,
  LEVER_AUTH_URL: address,
  TURN_API_URL: address,
  TURN_DASHBOARD_HOSTS: z
    .string()
    .regex(/^[a-z0-9.-]+(,[a-z0-9.-]+)*$/, { error: 'must be host names, with commas between them' })
    .optional(),
  AWS_ENDPOINT_URL_DYNAMODB: address,
  ACCOUNTS_FILE: z.string().optional(),
  DATA_DIR: z.string().optional(),
  TIME_SCALE: z.coerce.number({ error: 'must be a number' }).positive({ error: 'must be above 0' }).default(1),
});

/** Reads the options of `npm start` from environment variables; an empty one counts as not set. All faults come together. */
export const readEnvironment = (environment: NodeJS.ProcessEnv): Reading => {
  const names = Object.keys(environmentSchema.shape);
  const given = Object.fromEntries(
    names.map((name) => [name, environment[name] === '' ? undefined : environment[name]]),
  );
  const parsed = environmentSchema.safeParse(given);
  const faults = parsed.error?.issues.map((issue) => `${issue.path.join('.')} ${issue.message}`) ?? [];
  const accounts = readAccounts(given['ACCOUNTS_FILE'], faults);
  const dataDir = prepareFolder(given['DATA_DIR'], faults);
  if (!parsed.success || faults.length > 0) return { faults };
  const { PORT, LEVER_API_URL, LEVER_AUTH_URL, TURN_API_URL, AWS_ENDPOINT_URL_DYNAMODB, TIME_SCALE } = parsed.data;
  const { TURN_DASHBOARD_HOSTS } = parsed.data;
  return {
    options: {
      port: PORT,
      leverApiUrl: LEVER_API_URL,
      leverAuthUrl: LEVER_AUTH_URL,
      turnApiUrl: TURN_API_URL,
      turnDashboardHosts: TURN_DASHBOARD_HOSTS,
      dynamodbEndpoint: AWS_ENDPOINT_URL_DYNAMODB,
      timeScale: TIME_SCALE,
      accounts,
      dataDir,
    },
  };
};

const readAccounts = (file: string | undefined, faults: string[]): LocalStackOptions['accounts'] => {
  if (file === undefined) return undefined;
  try {
    const parsed = parseAccountsFile(readFileSync(file, 'utf8'));
    if ('accounts' in parsed) return parsed.accounts;
    faults.push(...parsed.faults.map((fault) => `ACCOUNTS_FILE ${file}: ${fault}`));
  } catch (error) {
    faults.push(`ACCOUNTS_FILE ${file} cannot be read: ${error instanceof Error ? error.message : String(error)}`);
  }
  return undefined;
};

const prepareFolder = (folder: string | undefined, faults: string[]): string | undefined => {
  if (folder === undefined) return undefined;
  try {
    mkdirSync(folder, { recursive: true });
    accessSync(folder, constants.W_OK);
  } catch (error) {
    faults.push(`DATA_DIR ${folder} cannot be written: ${error instanceof Error ? error.message : String(error)}`);
  }
  return path.resolve(folder);
};
