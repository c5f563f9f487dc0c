// The operator's command line: `npm run accounts -- …`, against a deployed stage (`--stage NAME`) or the one that runs on this machine (`--local`).
import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { text } from 'node:stream/consumers';
import { parseArgs } from 'node:util';
import { GetSecretValueCommand, PutSecretValueCommand } from '@aws-sdk/client-secrets-manager';
import * as z from 'zod';
import { parseKeyRing } from '#shared/aws/secrets-key-ring.ts';
import { readOpportunityLink } from '#shared/lever/opportunity-link.ts';
import { StageFault } from '../read-stage.ts';
import { accountCommands } from './account-commands.ts';
import { type AccountSeed, parseAccountsFile } from './accounts-file.ts';
import { applyChanges, readChanges } from './apply-changes.ts';
import { audited, type Order, showAudit } from './audited.ts';
import { createAccounts, differencesOf } from './create-accounts.ts';
import { findOperator } from './find-operator.ts';
import { listAccounts } from './list-accounts.ts';
import { pauseCommands } from './pause-commands.ts';
import { printed } from './printed.ts';
import { redrive } from './redrive.ts';
import { restoreTable } from './restore-table.ts';
import { keyRingText, withNewKey } from './rotate-key.ts';
import { CommandFault, openStack, type Stack, type StackVariables } from './stack.ts';
import { readStageVariables } from './stage-outputs.ts';
import { traceCandidate } from './trace-candidate.ts';
import { usage } from './usage.ts';

const localEnvironment = async (): Promise<unknown> => {
  const address = `http://127.0.0.1:${process.env['PORT'] ?? 3000}/local/environment`;
  const answer = await fetch(address).catch(() => {
    throw new CommandFault(`Nothing answers at ${address}: run "npm start" first, or say its PORT.`);
  });
  if (!answer.ok) throw new CommandFault(`What answers at ${address} is not ready: "npm start" says when it is.`);
  return answer.json();
};

const readVariables = async (isLocal: boolean, stage: string | undefined): Promise<StackVariables> => {
  if (isLocal !== (stage === undefined)) throw new CommandFault('Say where: --stage NAME, or --local.');
  if (stage !== undefined) return readStageVariables(stage);
  return z.record(z.string(), z.string()).parse(await localEnvironment());
};

const readSeeds = (file: string): AccountSeed[] => {
  const read = parseAccountsFile(readFileSync(file, 'utf8'));
  if ('faults' in read) {
    throw new CommandFault([`${file} is not valid:`, ...read.faults.map((fault) => `  - ${fault}`)].join('\n'));
  }
  return read.accounts;
};

const create = async (seeds: readonly AccountSeed[], stack: Stack): Promise<string[]> => {
  const { publicUrl: api } = stack;
  const differences = await differencesOf(seeds, stack);
  if (differences.length > 0) throw new CommandFault(['Nothing was created:', ...differences].join('\n'));
  return (await createAccounts(seeds, stack)).map(({ accountId, turnCallbackPath }) => {
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
  const { values, positionals } = parseArgs({
    args: [...given],
    allowPositionals: true,
    options: {
      help: { type: 'boolean' },
      local: { type: 'boolean', default: false },
      stage: { type: 'string' },
      all: { type: 'boolean' },
      json: { type: 'boolean', default: false },
    },
  });
  if (values.help) return usage.split('\n');
  if (values.all && positionals.length > 1) throw new CommandFault('Say one account, or --all; not both.');
  const [command = '', subject = values.all ? '--all' : '', what = '', more] = positionals;
  const open = async (): Promise<Stack> => openStack(await readVariables(values.local, values.stage));
  const opportunityId = readOpportunityLink(what) ?? what;
  if (command === 'audit') {
    const about = { ...(subject !== '' && { accountId: subject }), ...(what !== '' && { opportunityId }) };
    return showAudit(await open(), { ...about, isJson: values.json });
  }
  const of = (changes: readonly string[] = []): Order => ({ command, accountIds: [subject], changes });
  const ofAll = (changes: readonly string[] = []): Order => ({ command, accountIds: [null], changes });
  const wanted = command === 'apply' ? readChanges(positionals.slice(2)) : new Map<string, readonly string[]>();
  const seeds = command === 'create' && subject !== '' ? readSeeds(subject) : [];
  const commands: Record<string, readonly [Order, (stack: Stack) => Promise<string[]>]> = {
    [`create ${subject}`]: [
      { ...of(['account']), accountIds: seeds.map(({ accountId }) => accountId) },
      (stack) => create(seeds, stack),
    ],
    list: [ofAll(), (stack) => listAccounts(stack, values.json)],
    [`apply ${subject} ${what}`]: [of([...wanted.keys()]), (stack) => applyChanges(stack, subject, wanted)],
    [`show ${subject}`]: [of(), (stack) => accountCommands.show(stack, subject)],
    [`rotate ${subject} webhook-secret`]: [
      of(['webhookSecrets']),
      async (stack) => accountCommands.rotateWebhookSecret(stack, subject, await readSecret(), more),
    ],
    [`rotate ${subject} turn-token`]: [
      of(['turnToken']),
      async (stack) => accountCommands.rotateTurnToken(stack, subject, await readSecret()),
    ],
    [`rotate ${subject} callback-key`]: [
      of(['callbackKeys']),
      (stack) => accountCommands.rotateCallbackKey(stack, subject, more === 'now'),
    ],
    [`rename ${subject} ${what}`]: [of(['name']), (stack) => accountCommands.rename(stack, subject, what)],
    [`disable ${subject}`]: [of(['enabled']), (stack) => accountCommands.setEnabled(stack, subject, false)],
    [`enable ${subject}`]: [of(['enabled']), (stack) => accountCommands.setEnabled(stack, subject, true)],
    [`trace ${subject} ${what}`]: [{ ...of(), opportunityId }, (stack) => traceCandidate(stack, subject, what)],
    [`export ${subject} ${what}`]: [
      { ...of(), opportunityId },
      (stack) => accountCommands.export(stack, subject, what),
    ],
    [`forget ${subject} ${what}`]: [
      { ...of(['opportunity']), opportunityId },
      (stack) => accountCommands.forget(stack, subject, what),
    ],
    [`pause ${subject}`]: [of(['pause']), (stack) => pauseCommands.setPaused(stack, subject, true)],
    [`resume ${subject}`]: [of(['pause']), (stack) => pauseCommands.setPaused(stack, subject, false)],
    'pause --all': [ofAll(['pause']), pauseCommands.pauseAll],
    'resume --all': [ofAll(['pause']), pauseCommands.resumeAll],
    [`delete ${subject}`]: [of(['account']), (stack) => accountCommands.delete(stack, subject)],
    [`restore ${subject} ${what}`]: [
      ofAll(),
      ({ dynamodb, tableName: source, now }) =>
        restoreTable(dynamodb, { source, target: what, given: subject }, { now }),
    ],
    'redrive stage-changes': [ofAll(), ({ sqs, queueUrls }) => redrive(sqs, queueUrls['stage-changes'])],
    'redrive check-updates': [ofAll(), ({ sqs, queueUrls }) => redrive(sqs, queueUrls['check-updates'])],
    'redrive accounts-due': [ofAll(), ({ sqs, queueUrls }) => redrive(sqs, queueUrls['accounts-due'])],
    'rotate-key': [ofAll(['encryptionKeys']), rotateKey],
  };
  const words = [command, subject, what].filter((word) => word !== '').join(' ');
  const found = Object.hasOwn(commands, words) ? commands[words] : undefined;
  if (found === undefined) throw new CommandFault(`There is no command "${words}".\n\n${usage}`);
  const [order, work] = found;
  const stack = await open();
  const who = await findOperator(stack.dynamodb, values.local);
  return audited(order, () => work(stack), { audit: stack.audit, who });
};

/** Never as an argument: those are in the shell's history and in the list of processes. */
const readSecret = async (): Promise<string> => {
  if (process.stdin.isTTY) process.stderr.write('Paste the new value, then press Enter and Ctrl-D.\n');
  return (await text(process.stdin)).trim();
};

try {
  for (const line of await run(process.argv.slice(2))) process.stdout.write(`${printed(line)}\n`);
} catch (error) {
  if (!(error instanceof Error)) throw error;
  const isForeseen =
    error instanceof CommandFault || error instanceof StageFault || 'code' in error || '$metadata' in error;
  const told = (isForeseen ? error.message : error.stack) ?? '';
  process.stderr.write(`${told.split('\n').map(printed).join('\n')}\n`);
  process.exitCode = 2;
}
