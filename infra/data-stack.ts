import { ArnFormat, Aws, CfnOutput, RemovalPolicy, Stack, type StackProps } from 'aws-cdk-lib';
import { AttributeType, BillingMode, ProjectionType, Table, TableEncryption } from 'aws-cdk-lib/aws-dynamodb';
import { PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Key } from 'aws-cdk-lib/aws-kms';
import { Secret, type SecretStringGenerator } from 'aws-cdk-lib/aws-secretsmanager';
import type { Construct } from 'constructs';

/** What must survive: the table, the secrets and the key that both are encrypted with. Deleting the stack deletes none of them. */
export class DataStack extends Stack {
  readonly key: Key;
  readonly table: Table;
  readonly encryptionKeySecret: Secret;
  readonly webhookKeySecret: Secret;
  readonly callbackKeySecret: Secret;
  readonly leverAppSecret: Secret;

  constructor(scope: Construct, id: string, props: StackProps) {
    super(scope, id, { ...props, terminationProtection: true });
    this.key = new Key(this, 'Key', {
      description: 'Lever-Turn background checks: table, queues, secrets, logs',
      enableKeyRotation: true,
      removalPolicy: RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE,
    });
    // Alarms reach their topic only so: CloudWatch itself encrypts what it says there.
    this.key.addToResourcePolicy(
      new PolicyStatement({
        principals: [new ServicePrincipal('cloudwatch.amazonaws.com')],
        actions: ['kms:Decrypt', 'kms:GenerateDataKey'],
        resources: ['*'],
        conditions: { StringEquals: { 'aws:SourceAccount': Aws.ACCOUNT_ID } },
      }),
    );
    // The functions and the API log under it.
    this.key.addToResourcePolicy(
      new PolicyStatement({
        principals: [new ServicePrincipal(`logs.${Aws.REGION}.amazonaws.com`)],
        actions: ['kms:Encrypt*', 'kms:Decrypt*', 'kms:ReEncrypt*', 'kms:GenerateDataKey*', 'kms:Describe*'],
        resources: ['*'],
        conditions: {
          ArnLike: {
            'kms:EncryptionContext:aws:logs:arn': this.formatArn({
              service: 'logs',
              resource: 'log-group',
              resourceName: '*',
              arnFormat: ArnFormat.COLON_RESOURCE_NAME,
            }),
          },
        },
      }),
    );
    this.table = this.createTable();
    this.encryptionKeySecret = this.createKeyRing('EncryptionKey', 'Encrypts the accounts’ credentials in the table');
    // Apart from the other, for the function that verifies webhooks can be called by anybody.
    this.webhookKeySecret = this.createKeyRing('WebhookKey', 'Encrypts the accounts’ webhook secrets in the table');
    this.callbackKeySecret = this.createSecret(
      'CallbackKey',
      'Derives the key in each account’s Turn callback address',
      { passwordLength: 64 },
    );
    // The operator replaces this value after the first deployment; generated, so that no secret is ever in a template.
    this.leverAppSecret = this.createSecret('LeverApp', 'Lever app: {"clientId","clientSecret"}, set by the operator', {
      secretStringTemplate: JSON.stringify({ clientId: 'not-set-yet' }),
      generateStringKey: 'clientSecret',
    });
    // What the operator's command line needs.
    new CfnOutput(this, 'TableName', { value: this.table.tableName });
    new CfnOutput(this, 'EncryptionKeySecretId', { value: this.encryptionKeySecret.secretArn });
    new CfnOutput(this, 'WebhookKeySecretId', { value: this.webhookKeySecret.secretArn });
    new CfnOutput(this, 'CallbackKeySecretId', { value: this.callbackKeySecret.secretArn });
    new CfnOutput(this, 'LeverAppSecretId', { value: this.leverAppSecret.secretArn });
  }

  private createTable(): Table {
    const table = new Table(this, 'Table', {
      partitionKey: { name: 'pk', type: AttributeType.STRING },
      sortKey: { name: 'sk', type: AttributeType.STRING },
      billingMode: BillingMode.PAY_PER_REQUEST,
      timeToLiveAttribute: 'expiresAt',
      encryption: TableEncryption.CUSTOMER_MANAGED,
      encryptionKey: this.key,
      pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
      deletionProtection: true,
      // Not as the others: CloudFormation could not undo a first deployment that failed, as what is protected is not deleted.
      removalPolicy: RemovalPolicy.RETAIN,
    });
    table.addGlobalSecondaryIndex({
      indexName: 'due',
      partitionKey: { name: 'duePartition', type: AttributeType.STRING },
      sortKey: { name: 'dueAt', type: AttributeType.NUMBER },
      // Whole items, so that one reader does for the table and for the index; few items are due at any time.
      projectionType: ProjectionType.ALL,
    });
    // What somebody who asks how an account fares should see: a few of all its items.
    table.addGlobalSecondaryIndex({
      indexName: 'open',
      partitionKey: { name: 'openPartition', type: AttributeType.STRING },
      sortKey: { name: 'openAt', type: AttributeType.NUMBER },
      projectionType: ProjectionType.ALL,
    });
    return table;
  }

  /** A ring of keys by the time from which each encrypts; this is the first, and `npm run accounts -- rotate-key` adds one. */
  private createKeyRing(id: string, description: string): Secret {
    return this.createSecret(
      id,
      description,
      // Never change how it is generated: CloudFormation would put a new value in the place of the ring.
      { secretStringTemplate: '{}', generateStringKey: '0', passwordLength: 64 },
    );
  }

  private createSecret(id: string, description: string, generated: SecretStringGenerator): Secret {
    return new Secret(this, id, {
      description,
      generateSecretString: { ...generated, excludePunctuation: true },
      encryptionKey: this.key,
      removalPolicy: RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE,
    });
  }
}
