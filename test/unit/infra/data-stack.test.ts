import { App } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { describe, expect, it } from 'vitest';
import { DataStack } from '#infra/data-stack.ts';
import { ofType, type Resource } from './synthesize.ts';

const stack = new DataStack(new App(), 'data', {});
const resources: Record<string, Resource> = Template.fromStack(stack).toJSON()['Resources'];
const table = ofType(resources, 'AWS::DynamoDB::Table')['Table'];

describe('the data', () => {
  it('survives deletion of its stack', () => {
    expect(stack.terminationProtection).toBe(true);
    expect(table?.Properties['DeletionProtectionEnabled']).toBe(true);
    expect(Object.keys(resources)).toHaveLength(6);
    for (const [id, { DeletionPolicy, UpdateReplacePolicy }] of Object.entries(resources)) {
      // A protected table cannot be taken back when the first deployment fails.
      const deletion = id.startsWith('Table') ? 'Retain' : 'RetainExceptOnCreate';
      expect([id, DeletionPolicy, UpdateReplacePolicy]).toEqual([id, deletion, 'Retain']);
    }
  });

  it('can be restored to any second of the last weeks', () => {
    expect(table?.Properties['PointInTimeRecoverySpecification']).toEqual({ PointInTimeRecoveryEnabled: true });
  });

  it('expires, costs by use, and is found when it is due or open', () => {
    expect(table?.Properties).toMatchObject({
      BillingMode: 'PAY_PER_REQUEST',
      TimeToLiveSpecification: { AttributeName: 'expiresAt', Enabled: true },
      KeySchema: [
        { AttributeName: 'pk', KeyType: 'HASH' },
        { AttributeName: 'sk', KeyType: 'RANGE' },
      ],
      GlobalSecondaryIndexes: [
        {
          IndexName: 'due',
          KeySchema: [
            { AttributeName: 'duePartition', KeyType: 'HASH' },
            { AttributeName: 'dueAt', KeyType: 'RANGE' },
          ],
          Projection: { ProjectionType: 'ALL' },
        },
        {
          IndexName: 'open',
          KeySchema: [
            { AttributeName: 'openPartition', KeyType: 'HASH' },
            { AttributeName: 'openAt', KeyType: 'RANGE' },
          ],
          Projection: { ProjectionType: 'ALL' },
        },
      ],
    });
  });

  it('is encrypted with our own key, which changes every year', () => {
    const secrets = ofType(resources, 'AWS::SecretsManager::Secret');
    const key = ofType(resources, 'AWS::KMS::Key')['Key'];
    expect(key?.Properties['EnableKeyRotation']).toBe(true);
    expect(table?.Properties['SSESpecification']).toMatchObject({ SSEEnabled: true, SSEType: 'KMS' });
    expect(Object.keys(secrets).sort()).toEqual(['CallbackKey', 'EncryptionKey', 'LeverApp', 'WebhookKey']);
    for (const secret of Object.values(secrets)) expect(secret.Properties['KmsKeyId']).toBeDefined();
  });

  it('lets CloudWatch use the key for logs of this account and region, and for nothing else', () => {
    const key = ofType(resources, 'AWS::KMS::Key')['Key'];
    const statements: Record<string, unknown>[] = key?.Properties['KeyPolicy'].Statement;
    const [forLogs, ...others] = statements.filter((each) => JSON.stringify(each['Principal']).includes('logs.'));
    expect(others).toEqual([]);
    expect(JSON.stringify(forLogs?.['Condition'])).toMatch(
      /^\{"ArnLike":\{"kms:EncryptionContext:aws:logs:arn":.*:logs:.*AWS::Region.*AWS::AccountId.*:log-group:\*"/u,
    );
  });

  it('holds no secret that the template knows', () => {
    for (const { Properties } of Object.values(ofType(resources, 'AWS::SecretsManager::Secret'))) {
      expect(Properties['SecretString']).toBeUndefined();
      expect(Properties['GenerateSecretString']).toBeDefined();
    }
  });
});
