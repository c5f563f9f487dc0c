import * as z from 'zod';

// A property named here as `inert` is known and changes nothing on one machine. One that is not named at all is an error at start.
const inert = z.unknown().optional();
const scalar = z.union([z.string(), z.number(), z.boolean()]).transform(String);

export const functionProperties = z.strictObject({
  Code: z.strictObject({ S3Bucket: inert, S3Key: z.string() }),
  Handler: z.string(),
  Runtime: z.string().regex(/^nodejs/),
  Timeout: z.coerce.number().default(3),
  MemorySize: z.coerce.number().default(128),
  Environment: z.strictObject({ Variables: z.record(z.string(), scalar).default({}) }).default({ Variables: {} }),
  FunctionName: z.string().optional(),
  Architectures: inert,
  Description: inert,
  KmsKeyArn: inert,
  LoggingConfig: inert,
  RecursiveLoop: inert,
  Role: z.string().default(''),
  Tags: inert,
  TracingConfig: inert,
});

export const queueProperties = z.strictObject({
  QueueName: z.string().optional(),
  VisibilityTimeout: z.coerce.number().default(30),
  DelaySeconds: z.coerce.number().default(0),
  MessageRetentionPeriod: z.coerce.number().default(345_600),
  ReceiveMessageWaitTimeSeconds: z.coerce.number().default(0),
  RedrivePolicy: z.strictObject({ deadLetterTargetArn: z.string(), maxReceiveCount: z.coerce.number() }).optional(),
  FifoQueue: z.literal(false).optional(),
  KmsDataKeyReusePeriodSeconds: inert,
  KmsMasterKeyId: z.string().optional(),
  RedriveAllowPolicy: inert,
  SqsManagedSseEnabled: inert,
  Tags: inert,
});

export const eventSourceProperties = z.strictObject({
  EventSourceArn: z.string(),
  FunctionName: z.string(),
  BatchSize: z.coerce.number().default(10),
  Enabled: z.boolean().default(true),
  FunctionResponseTypes: z.array(z.literal('ReportBatchItemFailures')).default([]),
  MaximumBatchingWindowInSeconds: z.literal(0).optional(),
  ScalingConfig: z.strictObject({ MaximumConcurrency: z.coerce.number() }).optional(),
  MetricsConfig: inert,
  Tags: inert,
});

export const apiProperties = z.strictObject({
  ProtocolType: z.literal('HTTP'),
  Name: inert,
  Description: inert,
  DisableExecuteApiEndpoint: inert,
  Tags: inert,
});

export const stageProperties = z.strictObject({
  ApiId: z.string(),
  StageName: z.literal('$default'),
  AutoDeploy: z.literal(true),
  AccessLogSettings: inert,
  DefaultRouteSettings: inert,
  Description: inert,
  RouteSettings: inert,
  Tags: inert,
});

export const routeProperties = z.strictObject({
  ApiId: z.string(),
  RouteKey: z.string(),
  Target: z.string().startsWith('integrations/'),
  AuthorizationType: z.enum(['NONE', 'JWT']).default('NONE'),
  AuthorizerId: z.string().optional(),
  AuthorizationScopes: z.array(z.string()).default([]),
  OperationName: inert,
});

export const authorizerProperties = z.strictObject({
  ApiId: z.string(),
  AuthorizerType: z.literal('JWT'),
  IdentitySource: z.tuple([z.literal('$request.header.Authorization')]),
  JwtConfiguration: z.strictObject({ Audience: z.array(z.string()).min(1), Issuer: z.url() }),
  Name: inert,
});

export const integrationProperties = z.strictObject({
  ApiId: z.string(),
  IntegrationType: z.literal('AWS_PROXY'),
  IntegrationUri: z.string(),
  PayloadFormatVersion: z.literal('2.0'),
  TimeoutInMillis: z.coerce.number().default(30_000),
  IntegrationMethod: inert,
  Description: inert,
});

// Lambda's own retries of a schedule's invocation are not acted out here, so the template must have turned them off.
export const eventInvokeProperties = z.strictObject({
  FunctionName: inert,
  MaximumRetryAttempts: z.literal(0),
  MaximumEventAgeInSeconds: inert,
  Qualifier: inert,
});

const keySchema = z.array(z.object({ AttributeName: z.string(), KeyType: z.enum(['HASH', 'RANGE']) }));
const projection = z.object({
  ProjectionType: z.enum(['ALL', 'KEYS_ONLY', 'INCLUDE']),
  NonKeyAttributes: z.array(z.string()).optional(),
});

export const tableProperties = z.strictObject({
  TableName: z.string().optional(),
  KeySchema: keySchema,
  AttributeDefinitions: z.array(z.object({ AttributeName: z.string(), AttributeType: z.enum(['S', 'N', 'B']) })),
  GlobalSecondaryIndexes: z
    .array(
      z.strictObject({
        IndexName: z.string(),
        KeySchema: keySchema,
        Projection: projection,
        ContributorInsightsSpecification: inert,
        OnDemandThroughput: inert,
        WarmThroughput: inert,
      }),
    )
    .default([]),
  BillingMode: z.literal('PAY_PER_REQUEST'),
  ContributorInsightsSpecification: inert,
  DeletionProtectionEnabled: inert,
  OnDemandThroughput: inert,
  PointInTimeRecoverySpecification: inert,
  Replicas: inert,
  SSESpecification: z.object({ KMSMasterKeyId: z.string().optional() }).optional(),
  Tags: inert,
  TimeToLiveSpecification: inert,
  WarmThroughput: inert,
});

export const secretProperties = z.strictObject({
  Name: z.string().optional(),
  SecretString: z.string().optional(),
  GenerateSecretString: z
    .strictObject({
      PasswordLength: z.coerce.number().default(32),
      SecretStringTemplate: z.string().optional(),
      GenerateStringKey: z.string().optional(),
      ExcludeCharacters: inert,
      ExcludeLowercase: inert,
      ExcludeNumbers: inert,
      ExcludePunctuation: inert,
      ExcludeUppercase: inert,
      IncludeSpace: inert,
      RequireEachIncludedType: inert,
    })
    .optional(),
  Description: inert,
  KmsKeyId: z.string().optional(),
  Tags: inert,
});

const rate = z.string().transform((expression, context) => {
  const [, count, unit] = /^rate\((\d+) (minute|hour|day)s?\)$/.exec(expression) ?? [];
  const unitSeconds = { minute: 60, hour: 3_600, day: 86_400 }[unit ?? ''];
  if (count !== undefined && unitSeconds !== undefined) return Number(count) * unitSeconds;
  context.addIssue(`the schedule ${expression} is not understood, only rate(…) is`);
  return z.NEVER;
});

const target = z.strictObject({
  Arn: z.string(),
  Id: inert,
  Input: z.string().optional(),
  RetryPolicy: inert,
  DeadLetterConfig: inert,
  RoleArn: inert,
});

export const ruleProperties = z.strictObject({
  ScheduleExpression: rate,
  State: z.enum(['ENABLED', 'DISABLED']).default('ENABLED'),
  Targets: z.array(target),
  Name: inert,
  Description: inert,
  Tags: inert,
});

export const scheduleProperties = z.strictObject({
  ScheduleExpression: rate,
  State: z.enum(['ENABLED', 'DISABLED']).default('ENABLED'),
  Target: target,
  FlexibleTimeWindow: inert,
  GroupName: inert,
  KmsKeyArn: inert,
  Name: inert,
  Description: inert,
  ScheduleExpressionTimezone: inert,
});
