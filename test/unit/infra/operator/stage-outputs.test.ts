import { describe, expect, it } from 'vitest';
import { readStageVariables } from '#infra/operator/stage-outputs.ts';
import { readStage } from '#infra/read-stage.ts';
import { requiredValues } from '../stage-values.ts';

const fileOf = (name: 'production' | 'sandbox') =>
  readStage(name, { ...requiredValues, account: '123456789012', region: 'eu-central-1' });

const awsWith = (outputs: Record<string, string>, account = '123456789012') => {
  const asked: string[] = [];
  const ask = async (words: readonly string[]): Promise<string> => {
    asked.push(words.join(' '));
    if (words[0] === 'sts') return JSON.stringify({ Account: account });
    const Outputs = Object.entries(outputs).map(([OutputKey, OutputValue]) => ({ OutputKey, OutputValue }));
    return JSON.stringify({ Stacks: [{ Outputs: words.some((word) => word.endsWith('-data')) ? Outputs : [] }] });
  };
  return { asked, ask };
};
const whole = {
  TableName: 'table',
  EncryptionKeySecretId: 'encryption',
  WebhookKeySecretId: 'webhook',
  CallbackKeySecretId: 'callback',
  PublicApiUrl: 'https://turn.example',
  StageChangesQueueUrl: 'https://sqs.example/stage-changes',
  CheckUpdatesQueueUrl: 'https://sqs.example/check-updates',
  AccountsDueQueueUrl: 'https://sqs.example/accounts-due',
};

describe('accounts --stage', () => {
  it('finds the stacks of the stage, where its file says', async () => {
    const { asked, ask } = awsWith(whole);
    expect(await readStageVariables('sandbox', ask, fileOf)).toEqual({
      TABLE_NAME: 'table',
      ENCRYPTION_KEY_SECRET_ID: 'encryption',
      WEBHOOK_KEY_SECRET_ID: 'webhook',
      CALLBACK_KEY_SECRET_ID: 'callback',
      PUBLIC_API_URL: 'https://turn.example',
      STAGE_CHANGES_QUEUE_URL: 'https://sqs.example/stage-changes',
      CHECK_UPDATES_QUEUE_URL: 'https://sqs.example/check-updates',
      ACCOUNTS_DUE_QUEUE_URL: 'https://sqs.example/accounts-due',
      AWS_REGION: 'eu-central-1',
    });
    expect(asked).toEqual([
      'sts get-caller-identity --region eu-central-1 --output json',
      'cloudformation describe-stacks --stack-name lever-turn-sandbox-data --region eu-central-1 --output json',
      'cloudformation describe-stacks --stack-name lever-turn-sandbox-service --region eu-central-1 --output json',
    ]);
  });

  it('asks AWS nothing where the stage does not say the region', async () => {
    const { asked, ask } = awsWith(whole);
    const without = (name: 'production' | 'sandbox') => readStage(name, requiredValues);
    await expect(readStageVariables('sandbox', ask, without)).rejects.toThrow(
      'infra/stages/sandbox.json does not say the account and the region.',
    );
    expect(asked).toEqual([]);
  });

  it('refuses credentials of another account, and says which outputs are missing', async () => {
    await expect(readStageVariables('sandbox', awsWith(whole, '999999999999').ask, fileOf)).rejects.toThrow(
      'Your AWS credentials are for the account 999999999999, but sandbox is deployed to 123456789012',
    );
    const { PublicApiUrl: _, ...rest } = whole;
    await expect(readStageVariables('sandbox', awsWith(rest).ask, fileOf)).rejects.toThrow(
      'lack the outputs PublicApiUrl',
    );
    await expect(readStageVariables('staging', awsWith(whole).ask, fileOf)).rejects.toThrow(
      'There is no stage staging.',
    );
  });
});
