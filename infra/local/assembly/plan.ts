import type * as z from 'zod';
import type { Statement } from '../iam/statement.ts';
import type { queueProperties, secretProperties, tableProperties } from './resource-properties.ts';

/** What the template says, in the runner's own words: every reference resolved, every resource found. */
export type Plan = {
  functions: LambdaFunction[];
  queues: QueueDefinition[];
  eventSources: EventSource[];
  routes: Route[];
  schedules: ScheduleDefinition[];
  tables: TableDefinition[];
  secrets: SecretDefinition[];
};

export type LambdaFunction = {
  name: string;
  arn: string;
  codeFolder: string;
  handler: string;
  runtime: string;
  timeoutSeconds: number;
  memoryMb: number;
  environment: Record<string, string>;
  /** What its role allows. */
  statements: readonly Statement[];
};

export type QueueDefinition = {
  name: string;
  arn: string;
  properties: z.infer<typeof queueProperties>;
};

export type EventSource = {
  queueArn: string;
  functionArn: string;
  batchSize: number;
  atMostAtOnce: number;
  reportsItemFailures: boolean;
};

export type Route = {
  routeKey: string;
  functionArn: string;
  timeoutMs: number;
  /** Who may come in; nothing lets in everybody. */
  authorizer: JwtAuthorizer | undefined;
  /** One of these the token must hold; none: whatever it holds. */
  scopes: string[];
};
export type JwtAuthorizer = { issuer: string; audiences: string[] };
export type ScheduleDefinition = { name: string; everySeconds: number; functionArn: string; input: string | undefined };
export type TableDefinition = { name: string; properties: z.infer<typeof tableProperties> };
export type SecretDefinition = { name: string; arn: string; properties: z.infer<typeof secretProperties> };
