import * as z from 'zod';
import { parseJson } from '#shared/http/parse-json.ts';
import { readStageFile, readStageName } from '../read-stage.ts';
import { type AskAws, askCli } from './ask-aws.ts';
import { CommandFault, type StackVariables } from './stack.ts';

/** Which variable stands for which output of the stacks. */
const outputOf = {
  TABLE_NAME: 'TableName',
  ENCRYPTION_KEY_SECRET_ID: 'EncryptionKeySecretId',
  WEBHOOK_KEY_SECRET_ID: 'WebhookKeySecretId',
  CALLBACK_KEY_SECRET_ID: 'CallbackKeySecretId',
  PUBLIC_API_URL: 'PublicApiUrl',
  STAGE_CHANGES_QUEUE_URL: 'StageChangesQueueUrl',
  CHECK_UPDATES_QUEUE_URL: 'CheckUpdatesQueueUrl',
  ACCOUNTS_DUE_QUEUE_URL: 'AccountsDueQueueUrl',
};

const identitySchema = z.object({ Account: z.string() });
const stacksSchema = z.object({
  Stacks: z.array(
    z.object({ Outputs: z.array(z.object({ OutputKey: z.string(), OutputValue: z.string() })).default([]) }),
  ),
});

/** What leads to the stage's stacks, in the account and region of its file alone: no value of one stage can mix with another's. */
export const readStageVariables = async (
  given: string,
  ask: AskAws = askCli,
  fileOf = readStageFile,
): Promise<StackVariables> => {
  const name = readStageName(given);
  const { env, restoredTable } = fileOf(name);
  if (env === undefined) throw new CommandFault(`infra/stages/${name}.json does not say the account and the region.`);
  const { account, region } = env;
  const { Account } = identitySchema.parse(parseJson(await ask(['sts', 'get-caller-identity', ...asJson(region)])));
  if (Account !== account) {
    throw new CommandFault(
      `Your AWS credentials are for the account ${Account}, but ${name} is deployed to ${account}: choose another profile (AWS_PROFILE).`,
    );
  }
  const outputs = new Map<string, string>();
  for (const kind of ['data', 'service']) {
    const words = ['cloudformation', 'describe-stacks', '--stack-name', `lever-turn-${name}-${kind}`];
    const { Stacks } = stacksSchema.parse(parseJson(await ask([...words, ...asJson(region)])));
    for (const { OutputKey, OutputValue } of Stacks.flatMap(({ Outputs }) => Outputs))
      outputs.set(OutputKey, OutputValue);
  }
  const missing = Object.values(outputOf).filter((output) => !outputs.has(output));
  if (missing.length > 0) {
    throw new CommandFault(`The stacks of ${name} lack the outputs ${missing.join(', ')}: deploy this version first.`);
  }
  const found = Object.entries(outputOf).map(([variable, output]) => [variable, outputs.get(output) ?? '']);
  const restored = restoredTable === undefined ? {} : { TABLE_NAME: restoredTable };
  return { ...Object.fromEntries(found), ...restored, AWS_REGION: region };
};

const asJson = (region: string): string[] => ['--region', region, '--output', 'json'];
