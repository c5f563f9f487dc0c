import { existsSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { Aws, type Duration, Lazy, RemovalPolicy, Stack } from 'aws-cdk-lib';
import type { ITable } from 'aws-cdk-lib/aws-dynamodb';
import { Effect, PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { Key } from 'aws-cdk-lib/aws-kms';
import { type Alias, Architecture, FunctionBase, type IFunction, Runtime, Tracing } from 'aws-cdk-lib/aws-lambda';
import { LogLevel, NodejsFunction, OutputFormat } from 'aws-cdk-lib/aws-lambda-nodejs';
import type { Secret } from 'aws-cdk-lib/aws-secretsmanager';
import type { Queue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { auditPartitionPrefix, operatorPartitionPrefix } from '#shared/stores/keys.ts';
import { functionBundling, noticesOfFunction, ownReplacements } from '../notices.ts';
import { createLog, type LogKeeping } from './log.ts';

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
  logs: LogKeeping;
  environment: Record<string, string>;
  /** A script under infra/ that puts further files beside the bundle; it is given the bundle's folder. */
  beside?: string;
  /** A new version takes over a tenth of the calls first, and the rest after a while in which it did not fail. */
  isGradual?: boolean;
};

/** The data stack's own table, or a restored one that is known by its name alone. */
export type NamedTable = Pick<ITable, 'tableName' | 'tableArn'>;

export type TableAction = 'GetItem' | 'PutItem' | 'UpdateItem' | 'DeleteItem' | 'Query';

/** An alias is a function to CDK, but for a property whose type is a shade too wide. */
const asFunction = (alias: Alias): IFunction => {
  const isFunction = (candidate: Alias | IFunction): candidate is IFunction => candidate instanceof FunctionBase;
  if (!isFunction(alias)) throw new TypeError('An alias should be a function.');
  return alias;
};

/** One Lambda function that may do nothing but write its own log and traces, until a `may…` method says otherwise. */
export class ServiceFunction extends Construct {
  readonly function: NodejsFunction;
  readonly folder: string;
  readonly failureImpact: string;
  /** What calls it, calls this. */
  readonly entry: IFunction;
  /** Which version is called; null: always the last one. */
  readonly live: Alias | null;
  /** The services through which it uses the key. */
  private readonly encryptedServices = new Set<'dynamodb' | 'sqs' | 'secretsmanager'>();

  constructor(scope: Construct, id: string, props: ServiceFunctionProps) {
    super(scope, id);
    this.folder = props.folder;
    this.failureImpact = props.failureImpact;
    const logGroup = createLog(this, 'Logs', props.logs);
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
      // Grants the role what it takes to write to X-Ray, and no more.
      tracing: Tracing.ACTIVE,
      environment: props.environment,
      // The one before stays, so that it can be gone back to by hand.
      currentVersionOptions: { removalPolicy: RemovalPolicy.RETAIN },
      // The connection reuse variable is for SDK 2 only.
      awsSdkConnectionReuse: false,
      bundling: {
        format: OutputFormat.ESM,
        ...functionBundling,
        esbuildArgs: { '--alias': Object.entries(ownReplacements).map((pair) => pair.join('=')) },
        // The SDK is bundled too: the runtime's own changes without notice, and loads slower.
        externalModules: [],
        sourceMap: true,
        sourcesContent: false,
        logLevel: LogLevel.WARNING,
        commandHooks: {
          beforeBundling: () => [],
          beforeInstall: () => [],
          afterBundling: (projectFolder, bundleFolder) => {
            // The CDK asks for a container's commands too, which has folders of its own.
            if (!existsSync(bundleFolder)) return [];
            writeFileSync(`${bundleFolder}/THIRD-PARTY-NOTICES`, noticesOfFunction(props.folder));
            const beside = `"${process.execPath}" --import tsx "infra/${props.beside}" "${bundleFolder}"`;
            return props.beside === undefined ? [] : [`cd "${projectFolder}" && ${beside}`];
          },
        },
      },
    });
    this.live = props.isGradual === true ? this.function.addAlias('live') : null;
    this.entry = this.live === null ? this.function : asFunction(this.live);
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
  mayUseTable(table: NamedTable, actions: TableAction[], onlyPartitions?: string): void {
    const names = actions.map((action) => `dynamodb:${action}`);
    const conditions =
      onlyPartitions === undefined
        ? {}
        : { 'ForAllValues:StringLike': { 'dynamodb:LeadingKeys': [`${onlyPartitions}*`] } };
    this.allow(names, [table.tableArn], conditions);
    // Who did what stays as it was written: functions add what people did, and nothing to what operators did.
    this.deny(['dynamodb:DeleteItem', 'dynamodb:UpdateItem'], table, auditPartitionPrefix);
    this.deny(['dynamodb:DeleteItem', 'dynamodb:PutItem', 'dynamodb:UpdateItem'], table, operatorPartitionPrefix);
    this.function.addEnvironment('TABLE_NAME', table.tableName);
    this.encryptedServices.add('dynamodb');
  }

  /** Allows queries of one index of the table. */
  mayQueryIndex(table: NamedTable, indexName: string): void {
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

  private deny(actions: string[], table: NamedTable, partitions: string): void {
    const conditions = { 'ForAnyValue:StringLike': { 'dynamodb:LeadingKeys': [`${partitions}*`] } };
    const statement = { effect: Effect.DENY, actions, resources: [table.tableArn], conditions };
    this.function.addToRolePolicy(new PolicyStatement(statement));
  }

  private allow(actions: string[], resources: string[], conditions: Record<string, object> = {}): void {
    this.function.addToRolePolicy(new PolicyStatement({ actions, resources, conditions }));
  }
}
