import { existsSync } from 'node:fs';
import path from 'node:path';
import * as z from 'zod';
import { askedByEventSource } from '../iam/asked.ts';
import { readRoles } from '../iam/read-roles.ts';
import { isAllowed } from '../iam/statement.ts';
import { startFault } from '../start-fault.ts';
import { inertResourceTypes } from './inert-resources.ts';
import { type Addresses, nameResources } from './name-resources.ts';
import type { JwtAuthorizer, Plan } from './plan.ts';
import type { Stack } from './read-assembly.ts';
import { createResolver, type ResourceAddress } from './resolve-template.ts';
import * as properties from './resource-properties.ts';

type Resource = ResourceAddress & { properties: unknown; assetFolders: ReadonlyMap<string, string> };

/** Turns the stacks into a plan, or throws one fault that names everything in them the runner does not understand. */
export const readPlan = (stacks: readonly Stack[], addresses: Addresses): Plan => {
  const { nameOf, arnOf, attributeOf } = nameResources(stacks, addresses);
  const resolver = createResolver(stacks, attributeOf);
  const roles = readRoles(stacks, resolver);
  const faults: string[] = [];
  const plan: Plan = {
    functions: [],
    queues: [],
    eventSources: [],
    routes: [],
    schedules: [],
    tables: [],
    secrets: [],
  };
  const integrations = new Map<string, z.infer<typeof properties.integrationProperties>>();
  const routes: z.infer<typeof properties.routeProperties>[] = [];
  const authorizers = new Map<string, JwtAuthorizer>();

  const addSchedule = (
    resource: Resource,
    rule: { ScheduleExpression: number; State: string },
    targets: { Arn: string; Input?: string | undefined }[],
  ): void => {
    if (rule.State === 'DISABLED') return;
    for (const { Arn, Input } of targets) {
      plan.schedules.push({
        name: nameOf(resource),
        everySeconds: rule.ScheduleExpression,
        functionArn: Arn,
        input: Input,
      });
    }
  };

  const addFunction = (resource: Resource): void => {
    const fn = properties.functionProperties.parse(resource.properties);
    const codeFolder = resource.assetFolders.get(fn.Code.S3Key);
    const [module = ''] = fn.Handler.split('.');
    if (codeFolder === undefined || !existsSync(path.join(codeFolder, `${module}.mjs`))) {
      throw new Error(`its bundle (${module}.mjs in the asset ${fn.Code.S3Key}) is not there`);
    }
    plan.functions.push({
      name: nameOf(resource),
      arn: arnOf(resource),
      codeFolder,
      handler: fn.Handler,
      runtime: fn.Runtime,
      timeoutSeconds: fn.Timeout,
      memoryMb: fn.MemorySize,
      environment: fn.Environment.Variables,
      statements: roles.get(fn.Role.split('/').at(-1) ?? '') ?? [],
    });
  };

  const addEventSource = (resource: Resource): void => {
    const source = properties.eventSourceProperties.parse(resource.properties);
    if (!source.Enabled) return;
    plan.eventSources.push({
      queueArn: source.EventSourceArn,
      functionArn: functionArnOf(source.FunctionName),
      batchSize: source.BatchSize,
      atMostAtOnce: source.ScalingConfig?.MaximumConcurrency ?? 10,
      reportsItemFailures: source.FunctionResponseTypes.length > 0,
    });
  };

  // An event source names its function by ARN or by name. Whatever alias it names, here is but one version.
  const functionArnOf = (named: string): string =>
    plan.functions.find(({ name, arn }) => [name, arn].some((own) => named === own || named.startsWith(`${own}:`)))
      ?.arn ?? named;

  const adders: Record<string, (resource: Resource, name: string, arn: string) => unknown> = {
    'AWS::ApiGatewayV2::Api': (resource) => properties.apiProperties.parse(resource.properties),
    'AWS::ApiGatewayV2::Authorizer': (resource, name) => {
      const { JwtConfiguration } = properties.authorizerProperties.parse(resource.properties);
      authorizers.set(name, { issuer: JwtConfiguration.Issuer, audiences: JwtConfiguration.Audience });
    },
    'AWS::ApiGatewayV2::Integration': (resource, name) =>
      integrations.set(name, properties.integrationProperties.parse(resource.properties)),
    'AWS::ApiGatewayV2::Route': (resource) => routes.push(properties.routeProperties.parse(resource.properties)),
    'AWS::ApiGatewayV2::Stage': (resource) => properties.stageProperties.parse(resource.properties),
    'AWS::DynamoDB::Table': (resource, name) =>
      plan.tables.push({ name, properties: properties.tableProperties.parse(resource.properties) }),
    'AWS::Events::Rule': (resource) => {
      const rule = properties.ruleProperties.parse(resource.properties);
      addSchedule(resource, rule, rule.Targets);
    },
    'AWS::Lambda::EventInvokeConfig': (resource) => properties.eventInvokeProperties.parse(resource.properties),
    'AWS::Lambda::EventSourceMapping': addEventSource,
    'AWS::Lambda::Function': addFunction,
    'AWS::SQS::Queue': (resource, name, arn) =>
      plan.queues.push({ name, arn, properties: properties.queueProperties.parse(resource.properties) }),
    'AWS::Scheduler::Schedule': (resource) => {
      const schedule = properties.scheduleProperties.parse(resource.properties);
      addSchedule(resource, schedule, [schedule.Target]);
    },
    'AWS::SecretsManager::Secret': (resource, name, arn) =>
      plan.secrets.push({ name, arn, properties: properties.secretProperties.parse(resource.properties) }),
  };

  const add = (resource: Resource): void => {
    const addKnown = adders[resource.type];
    if (addKnown === undefined) throw new Error('this resource type is not understood here');
    addKnown(resource, nameOf(resource), arnOf(resource));
  };

  for (const stack of stacks) {
    const resources = Object.entries(stack.template.Resources)
      // Functions first: event sources may name them.
      .sort(([, a], [, b]) => Number(b.Type === 'AWS::Lambda::Function') - Number(a.Type === 'AWS::Lambda::Function'));
    for (const [logicalId, { Type: type, Properties, Condition }] of resources) {
      if (inertResourceTypes.has(type)) continue;
      try {
        if (!resolver.holds(Condition, stack.name)) continue;
        const address = { stackName: stack.name, logicalId, type };
        add({ ...address, properties: resolver.resolve(Properties, stack.name), assetFolders: stack.assetFolders });
      } catch (error) {
        faults.push(`${stack.name}/${logicalId} (${type}): ${reasonOf(error)}`);
      }
    }
  }
  for (const { RouteKey: routeKey, Target, AuthorizationType, AuthorizerId = '', AuthorizationScopes } of routes) {
    const integration = integrations.get(Target.slice('integrations/'.length));
    const authorizer = AuthorizationType === 'JWT' ? authorizers.get(AuthorizerId) : undefined;
    // API Gateway refuses it, and with it the deployment.
    if (routeKey.endsWith('/') && !routeKey.endsWith(' /')) faults.push(`the route ${routeKey} ends in a slash`);
    if (integration === undefined) faults.push(`the route ${routeKey} has no integration`);
    else if (AuthorizationType === 'JWT' && authorizer === undefined)
      faults.push(`the route ${routeKey} wants tokens, but has no authorizer`);
    else
      plan.routes.push({
        routeKey,
        authorizer,
        scopes: AuthorizationScopes,
        functionArn: functionArnOf(integration.IntegrationUri),
        timeoutMs: integration.TimeoutInMillis,
      });
  }
  faults.push(...missingTargets(plan));
  if (faults.length > 0) throw startFault('What the template says cannot be run here:', faults);
  return plan;
};

const missingTargets = (plan: Plan): string[] => {
  const functions = new Map(plan.functions.map((fn) => [fn.arn, fn]));
  const queues = new Map(plan.queues.map((queue) => [queue.arn, queue]));
  const faults: string[] = [];
  for (const { functionArn } of [...plan.routes, ...plan.schedules, ...plan.eventSources]) {
    if (!functions.has(functionArn)) faults.push(`${functionArn} is invoked, but no such function exists`);
  }
  for (const { queueArn, functionArn } of plan.eventSources) {
    const visibilitySeconds = queues.get(queueArn)?.properties.VisibilityTimeout;
    const timeoutSeconds = functions.get(functionArn)?.timeoutSeconds ?? 0;
    if (visibilitySeconds === undefined) faults.push(`${queueArn} feeds a function, but no such queue exists`);
    // Lambda refuses such event sources too.
    else if (visibilitySeconds < timeoutSeconds)
      faults.push(`${queueArn} hides messages for less than its function's timeout`);
    for (const action of askedByEventSource(plan, queueArn)) {
      if (isAllowed(functions.get(functionArn)?.statements ?? [], action)) continue;
      faults.push(`the role of ${functionArn} does not allow ${action.action} on ${action.resource}`);
    }
  }
  for (const { environment, name } of functions.values()) {
    if (JSON.stringify(environment).includes('.execute-api.')) {
      faults.push(`${name} gets the API's address put together by hand: take the attribute ApiEndpoint`);
    }
  }
  return faults;
};

const reasonOf = (error: unknown): string => {
  if (error instanceof z.ZodError) return z.prettifyError(error).replaceAll(/\s*\n\s*/g, ' ');
  return error instanceof Error ? error.message : String(error);
};
