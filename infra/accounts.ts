// The operator's command line: `npm run accounts -- …`, against a deployed stack (by environment) or the one that runs on this machine (`--local`).
import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { text } from 'node:stream/consumers';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { GetSecretValueCommand, PutSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import * as z from 'zod';
import { now, openCredentials, openSecret, openTable } from '#shared/runtime.ts';
import { parseKeyRing } from '#shared/stores/secrets-key-ring.ts';
import { callbackPathOf } from '#shared/turn/callback-address.ts';
import { accountCommands, CommandFault, type CommandPorts } from './account-commands.ts';
import { createAccountsTable } from './accounts-table.ts';
import { createAccounts, parseAccountsFile } from './local/create-accounts.ts';
import { StartFault } from './local/start-fault.ts';
import { keyRingText, withNewKey } from './rotate-key.ts';

const usage = `Usage: npm run accounts -- [--local] COMMAND

  create FILE                       creates the accounts of a JSON file (see README, "Deploy it")
  list                              id, enabled or disabled, connection, name
  show ACCOUNT                      everything but the secrets themselves
  rotate ACCOUNT webhook-secret     reads the new signature token from standard input; the old one is believed for 14 days
  rotate ACCOUNT turn-token         reads the new token of Turn's API from standard input
  disable ACCOUNT | enable ACCOUNT  stops taking webhooks and sign-ins, and starts again
  delete ACCOUNT                    deletes a disabled account with all that is known of it
  rotate-key                        adds an encryption key, and drops those that are long out of use

--local: the stack that "npm start" runs on this machine; set PORT as for "npm start", where it is not 3000.
Otherwise TABLE_NAME, ENCRYPTION_KEY_SECRET_ID, CALLBACK_KEY_SECRET_ID and PUBLIC_API_URL say where: the stacks' outputs
of these names.`;

const environmentSchema = z.object({
  TABLE_NAME: z.string().min(1),
  ENCRYPTION_KEY_SECRET_ID: z.string().min(1),
  CALLBACK_KEY_SECRET_ID: z.string().min(1),
  PUBLIC_API_URL: z.string().min(1),
});
type Environment = z.infer<typeof environmentSchema>;

const localEnvironment = async (): Promise<unknown> => {
  const address = `http://127.0.0.1:${process.env['PORT'] ?? 3000}/local/environment`;
  try {
    return await (await fetch(address)).json();
  } catch {
    throw new CommandFault(`Nothing answers at ${address}: run "npm start" first, or say its PORT.`);
  }
};

const readEnvironment = async (isLocal: boolean): Promise<Environment> => {
  const given = z.record(z.string(), z.string()).parse(isLocal ? await localEnvironment() : { ...process.env });
  if (isLocal) Object.assign(process.env, given);
  const parsed = environmentSchema.safeParse(given);
  if (parsed.success) return parsed.data;
  const missing = parsed.error.issues.map(({ path }) => path.join('.'));
  throw new CommandFault(`These variables are missing: ${missing.join(', ')}. They are outputs of the stacks.`);
};

const openPorts = (environment: Environment): CommandPorts => {
  const { table, accounts } = openTable(environment.TABLE_NAME);
  const callbackSecret = openSecret(environment.CALLBACK_KEY_SECRET_ID);
  return {
    now,
    accounts,
    credentials: openCredentials(table, environment.ENCRYPTION_KEY_SECRET_ID),
    table: createAccountsTable(new DynamoDBClient({}), environment.TABLE_NAME, table),
    publicUrl: environment.PUBLIC_API_URL,
    callbackPathOf: async (accountId) => callbackPathOf(await callbackSecret(), accountId),
  };
};

const create = async (file: string, environment: Environment): Promise<string[]> => {
  const read = parseAccountsFile(readFileSync(file, 'utf8'));
  if ('faults' in read) {
    throw new CommandFault([`${file} is not right:`, ...read.faults.map((fault) => `  - ${fault}`)].join('\n'));
  }
  const { PUBLIC_API_URL: api } = environment;
  return (await createAccounts(read.accounts, { environment })).map(({ accountId, turnCallbackPath }) => {
    const leverWebhookUrl = `${api}/lever/${accountId}/webhook`;
    return JSON.stringify({ accountId, leverWebhookUrl, turnCallbackUrl: `${api}${turnCallbackPath}` });
  });
};

const rotateKey = async (environment: Environment, { table }: CommandPorts): Promise<string[]> => {
  const client = new SecretsManagerClient({});
  const SecretId = environment.ENCRYPTION_KEY_SECRET_ID;
  const { SecretString = '' } = await client.send(new GetSecretValueCommand({ SecretId }));
  const usedKeyIds = await table.usedKeyIds();
  const secret = randomBytes(48).toString('base64url');
  const { ring, addedKeyId, droppedKeyIds } = withNewKey(parseKeyRing(SecretString), {
    now: now(),
    secret,
    usedKeyIds,
  });
  await client.send(new PutSecretValueCommand({ SecretId, SecretString: keyRingText(ring) }));
  return [
    `The key ${addedKeyId} seals from ${new Date(Number(addedKeyId) * 1000).toISOString()} on. Each account's secrets are sealed anew at its next upkeep, within the hour.`,
    ...(droppedKeyIds.length === 0 ? [] : [`Dropped, for nothing needs them any more: ${droppedKeyIds.join(', ')}.`]),
  ];
};

const run = async (given: readonly string[]): Promise<string[]> => {
  const [command = '', subject = '', what = ''] = given.filter((word) => word !== '--local');
  const commands: Record<string, (ports: CommandPorts, environment: Environment) => Promise<string[]>> = {
    [`create ${subject}`]: (_, environment) => create(subject, environment),
    list: accountCommands.list,
    [`show ${subject}`]: (ports) => accountCommands.show(ports, subject),
    [`rotate ${subject} webhook-secret`]: async (ports) =>
      accountCommands.rotateWebhookSecret(ports, subject, await readSecret()),
    [`rotate ${subject} turn-token`]: async (ports) =>
      accountCommands.rotateTurnToken(ports, subject, await readSecret()),
    [`disable ${subject}`]: (ports) => accountCommands.setEnabled(ports, subject, false),
    [`enable ${subject}`]: (ports) => accountCommands.setEnabled(ports, subject, true),
    [`delete ${subject}`]: (ports) => accountCommands.delete(ports, subject),
    'rotate-key': (ports, environment) => rotateKey(environment, ports),
  };
  const words = [command, subject, what].filter((word) => word !== '').join(' ');
  const work = Object.hasOwn(commands, words) ? commands[words] : undefined;
  if (work === undefined) throw new CommandFault(usage);
  const environment = await readEnvironment(given.includes('--local'));
  return work(openPorts(environment), environment);
};

/** Never as an argument: those are in the shell's history and in the list of processes. */
const readSecret = async (): Promise<string> => {
  if (process.stdin.isTTY) process.stderr.write('Paste the new value, then press Enter and Ctrl-D.\n');
  return (await text(process.stdin)).trim();
};

try {
  for (const line of await run(process.argv.slice(2))) process.stdout.write(`${line}\n`);
} catch (error) {
  if (!(error instanceof Error)) throw error;
  const isForeseen =
    error instanceof CommandFault || error instanceof StartFault || 'code' in error || '$metadata' in error;
  process.stderr.write(`${isForeseen ? error.message : error.stack}\n`);
  process.exitCode = 2;
}
