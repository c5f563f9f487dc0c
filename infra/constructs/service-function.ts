import { fileURLToPath } from 'node:url';
import { Aws, type Duration, Lazy, RemovalPolicy, Stack } from 'aws-cdk-lib';
import type { Table } from 'aws-cdk-lib/aws-dynamodb';
import { PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { Key } from 'aws-cdk-lib/aws-kms';
import { Architecture, Runtime } from 'aws-cdk-lib/aws-lambda';
import { LogLevel, NodejsFunction, OutputFormat } from 'aws-cdk-lib/aws-lambda-nodejs';
import { LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs';
import type { Secret } from 'aws-cdk-lib/aws-secretsmanager';
import type { Queue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';

const projectRoot = fileURLToPath(new URL('../..', import.meta.url));

export type ServiceFunctionProps = {
  /** The folder under functions/ whose handler.ts is bundled. */
  folder: string;
  description: string;
  /** Who suffers, and how, while it fails. */
  failureImpact: string;
  timeout: Duration;
  /** What encrypts the table, the queues and the secrets; not given: the function has nothing to do with any of them. */
  key?: Key | undefined;
  environment: Record<string, string>;
  /** A script under infra/ that puts further files beside the bundle; it is given the bundle's folder. */
  beside?: string;
};

export type TableAction = 'GetItem' | 'PutItem' | 'UpdateItem' | 'DeleteItem' | 'Query';

/** One Lambda function that may do nothing but write its own log, until a `may…` method says otherwise. */
export class ServiceFunction extends Construct {
  readonly function: NodejsFunction;
  readonly folder: string;
  readonly failureImpact: string;
  /** The services through which it uses the key. */
  private readonly encryptedServices = new Set<'dynamodb' | 'sqs' | 'secretsmanager'>();

  constructor(scope: Construct, id: string, props: ServiceFunctionProps) {
    super(scope, id);
    this.folder = props.folder;
    this.failureImpact = props.failureImpact;
    const logGroup = new LogGroup(this, 'Logs', {
      retention: RetentionDays.THREE_MONTHS,
      // The log of a function that somebody deleted is what explains the deletion; it expires by itself.
      removalPolicy: RemovalPolicy.RETAIN,
    });
    const role = new Role(this, 'Role', { assumedBy: new ServicePrincipal('lambda.amazonaws.com') });
    logGroup.grantWrite(role);
    this.function = new NodejsFunction(this, 'Function', {
      description: props.description,
      entry: `${projectRoot}functions/${props.folder}/handler.ts`,
      projectRoot,
      depsLockFilePath: `${projectRoot}package-lock.json`,
      runtime: Runtime.NODEJS_24_X,
      architecture: Architecture.ARM_64,
      memorySize: 512,
      timeout: props.timeout,
      role,
      logGroup,
      environment: props.environment,
      // The connection reuse variable is for SDK 2 only.
      awsSdkConnectionReuse: false,
      bundling: {
        format: OutputFormat.ESM,
        // Older than the runtime: what the tests run on Node 20 is what ships.
        target: 'node20',
        // The SDK is bundled too: the runtime's own changes without notice, and loads slower.
        externalModules: [],
        // esbuild's default picks the SDK's CommonJS build, which dies at load with "Dynamic require of node:https".
        mainFields: ['module', 'main'],
        minify: true,
        sourceMap: true,
        sourcesContent: false,
        logLevel: LogLevel.WARNING,
        commandHooks: {
          beforeBundling: () => [],
          beforeInstall: () => [],
          afterBundling: (projectFolder, bundleFolder) =>
            props.beside === undefined
              ? []
              : [
                  `cd "${projectFolder}" && "${process.execPath}" --import tsx "infra/${props.beside}" "${bundleFolder}"`,
                ],
        },
      },
    });
    if (props.key === undefined) return;
    // These services use the key in the caller's name; by itself the function cannot.
    const through = Lazy.list({
      produce: () => [...this.encryptedServices].sort().map((service) => `${service}.${Aws.REGION}.amazonaws.com`),
    });
    this.allow(['kms:Decrypt', 'kms:DescribeKey', 'kms:Encrypt', 'kms:GenerateDataKey'], [props.key.keyArn], {
      StringEquals: { 'kms:ViaService': through },
    });
  }

  /** Allows these item actions on the table, whose name the function finds in TABLE_NAME; where `onlyPartitions` is given, on items of the partitions alone that begin so. */
  mayUseTable(table: Table, actions: TableAction[], onlyPartitions?: string): void {
    const names = actions.map((action) => `dynamodb:${action}`);
    const conditions =
      onlyPartitions === undefined
        ? {}
        : { 'ForAllValues:StringLike': { 'dynamodb:LeadingKeys': [`${onlyPartitions}*`] } };
    this.allow(names, [table.tableArn], conditions);
    this.function.addEnvironment('TABLE_NAME', table.tableName);
    this.encryptedServices.add('dynamodb');
  }

  /** Allows queries of one index of the table. */
  mayQueryIndex(table: Table, indexName: string): void {
    this.allow(['dynamodb:Query'], [`${table.tableArn}/index/${indexName}`]);
  }

  /** Allows sending to the queue, whose address the function finds in the variable. */
  maySend(queue: Queue, variable: string): void {
    this.allow(['sqs:SendMessage'], [queue.queueArn]);
    this.function.addEnvironment(variable, queue.queueUrl);
    this.encryptedServices.add('sqs');
  }

  /** Allows taking messages from the queue, and hiding one whose turn has not come. */
  mayConsume(queue: Queue, variable: string): void {
    const actions = ['ReceiveMessage', 'DeleteMessage', 'ChangeMessageVisibility', 'GetQueueAttributes', 'GetQueueUrl'];
    this.allow(
      actions.map((action) => `sqs:${action}`),
      [queue.queueArn],
    );
    this.function.addEnvironment(variable, queue.queueUrl);
    this.encryptedServices.add('sqs');
  }

  /** Allows reading the secret, whose id the function finds in the variable. */
  mayRead(secret: Secret, variable: string): void {
    this.allow(['secretsmanager:GetSecretValue'], [secret.secretArn]);
    this.function.addEnvironment(variable, secret.secretArn);
    this.encryptedServices.add('secretsmanager');
  }

  /** Allows sending mails from this address alone, which is an identity of SES by itself or by its domain; the function finds it in MAIL_SENDER. */
  maySendMailFrom(sender: string): void {
    const identities = [sender, sender.slice(sender.lastIndexOf('@') + 1)];
    const arns = identities.map((name) =>
      Stack.of(this).formatArn({ service: 'ses', resource: 'identity', resourceName: name }),
    );
    this.allow(['ses:SendEmail'], arns, { StringEquals: { 'ses:FromAddress': [sender] } });
    this.function.addEnvironment('MAIL_SENDER', sender);
  }

  private allow(actions: string[], resources: string[], conditions: Record<string, object> = {}): void {
    this.function.addToRolePolicy(new PolicyStatement({ actions, resources, conditions }));
  }
}
