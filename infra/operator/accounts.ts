// The operator's command line: `npm run accounts -- …`, against a deployed stack (by environment) or the one that runs on this machine (`--local`).
import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { text } from 'node:stream/consumers';
import { GetSecretValueCommand, PutSecretValueCommand } from '@aws-sdk/client-secrets-manager';
import * as z from 'zod';
import { parseKeyRing } from '#shared/aws/secrets-key-ring.ts';
import { accountCommands } from './account-commands.ts';
import { parseAccountsFile } from './accounts-file.ts';
import { createAccounts } from './create-accounts.ts';
import { pauseCommands } from './pause-commands.ts';
import { keyRingText, withNewKey } from './rotate-key.ts';
import { CommandFault, openStack, type Stack, type StackVariables } from './stack.ts';

const neededVariables = [
  'TABLE_NAME',
  'ENCRYPTION_KEY_SECRET_ID',
  'WEBHOOK_KEY_SECRET_ID',
  'CALLBACK_KEY_SECRET_ID',
  'PUBLIC_API_URL',
];

const usage = `Usage: npm run accounts -- [--local] COMMAND

  create FILE                       creates the accounts of a JSON file (see infra/README.md, "Accounts")
  list                              id, enabled or disabled, connection, name
  show ACCOUNT                      everything except the secrets
  rotate ACCOUNT webhook-secret [EVENT]
                                    reads the new signature token of the webhook of this event (candidateStageChange,
                                    candidateDeleted or candidateArchiveChange; the first if you name none) from
                                    standard input; the old one is accepted for 14 days
  rotate ACCOUNT turn-token         reads the new token of Turn's API from standard input
  disable ACCOUNT | enable ACCOUNT  stops or resumes accepting webhooks and sign-ins
  pause ACCOUNT | resume ACCOUNT    stops or resumes ordering checks; a Super Admin cannot end this pause
  pause --all | resume --all        the same for all accounts at once
  export ACCOUNT OPPORTUNITY        prints everything stored about a candidate, one item a line
  forget ACCOUNT OPPORTUNITY        deletes it, except for a mark that orders nothing again; delete or anonymize the
                                    candidate in Lever first, or the next move there is recorded again
  delete ACCOUNT                    deletes a disabled account and everything stored about it
  rotate-key                        adds a key to both rings of encryption keys, and drops those that are long out of use

--local: the stack that "npm start" runs on this machine; set PORT as for "npm start", if it is not 3000.
Otherwise ${neededVariables.join(', ')}
must be set to the stacks' outputs of these names.`;

const localEnvironment = async (): Promise<unknown> => {
  const address = `http://127.0.0.1:${process.env['PORT'] ?? 3000}/local/environment`;
  try {
    return await (await fetch(address)).json();
  } catch {
    throw new CommandFault(`Nothing answers at ${address}: run "npm start" first, or say its PORT.`);
  }
};

const readVariables = async (isLocal: boolean): Promise<StackVariables> => {
  const given = z.record(z.string(), z.string()).parse(isLocal ? await localEnvironment() : { ...process.env });
  const missing = neededVariables.filter((name) => (given[name] ?? '') === '');
  if (missing.length === 0) return given;
  throw new CommandFault(`These variables are missing: ${missing.join(', ')}. They are outputs of the stacks.`);
};

const create = async (file: string, stack: Stack): Promise<string[]> => {
  const read = parseAccountsFile(readFileSync(file, 'utf8'));
  if ('faults' in read) {
    throw new CommandFault([`${file} is not valid:`, ...read.faults.map((fault) => `  - ${fault}`)].join('\n'));
  }
  const { publicUrl: api } = stack;
  return (await createAccounts(read.accounts, stack)).map(({ accountId, turnCallbackPath }) => {
    const leverWebhookUrl = `${api}/lever/${accountId}/webhook`;
    return JSON.stringify({ accountId, leverWebhookUrl, turnCallbackUrl: `${api}${turnCallbackPath}` });
  });
};

/** Both rings, one after the other: done again after an interruption, the first only has one key more. */
const rotateKey = async ({ now, table, secrets, keyRingSecretIds }: Stack): Promise<string[]> => {
  const usedKeyIds = await table.usedKeyIds();
  const told: string[] = [];
  for (const [name, SecretId] of Object.entries(keyRingSecretIds)) {
    const { SecretString = '' } = await secrets.send(new GetSecretValueCommand({ SecretId }));
    const rotated = withNewKey(parseKeyRing(SecretString), {
      now: now(),
      secret: randomBytes(48).toString('base64url'),
      usedKeyIds,
    });
    await secrets.send(new PutSecretValueCommand({ SecretId, SecretString: keyRingText(rotated.ring) }));
    const from = new Date(Number(rotated.addedKeyId) * 1000).toISOString();
    told.push(`${name}: the key ${rotated.addedKeyId} encrypts from ${from}.`);
    const dropped = rotated.droppedKeyIds.join(', ');
    if (dropped !== '') told.push(`${name}: dropped, because nothing needs them any more: ${dropped}.`);
  }
  return [...told, "Each account's secrets are encrypted anew at its next maintenance, within the hour."];
};

const run = async (given: readonly string[]): Promise<string[]> => {
  const [command = '', subject = '', what = '', event] = given.filter((word) => word !== '--local');
  const commands: Record<string, (stack: Stack) => Promise<string[]>> = {
    [`create ${subject}`]: (stack) => create(subject, stack),
    list: accountCommands.list,
    [`show ${subject}`]: (stack) => accountCommands.show(stack, subject),
    [`rotate ${subject} webhook-secret`]: async (stack) =>
      accountCommands.rotateWebhookSecret(stack, subject, await readSecret(), event),
    [`rotate ${subject} turn-token`]: async (stack) =>
      accountCommands.rotateTurnToken(stack, subject, await readSecret()),
    [`disable ${subject}`]: (stack) => accountCommands.setEnabled(stack, subject, false),
    [`enable ${subject}`]: (stack) => accountCommands.setEnabled(stack, subject, true),
    [`export ${subject} ${what}`]: (stack) => accountCommands.export(stack, subject, what),
    [`forget ${subject} ${what}`]: (stack) => accountCommands.forget(stack, subject, what),
    [`pause ${subject}`]: (stack) => pauseCommands.setPaused(stack, subject, true),
    [`resume ${subject}`]: (stack) => pauseCommands.setPaused(stack, subject, false),
    'pause --all': pauseCommands.pauseAll,
    'resume --all': pauseCommands.resumeAll,
    [`delete ${subject}`]: (stack) => accountCommands.delete(stack, subject),
    'rotate-key': rotateKey,
  };
  const words = [command, subject, what].filter((word) => word !== '').join(' ');
  const work = Object.hasOwn(commands, words) ? commands[words] : undefined;
  if (work === undefined) throw new CommandFault(usage);
  return work(openStack(await readVariables(given.includes('--local'))));
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
  const isForeseen = error instanceof CommandFault || 'code' in error || '$metadata' in error;
  process.stderr.write(`${isForeseen ? error.message : error.stack}\n`);
  process.exitCode = 2;
}
