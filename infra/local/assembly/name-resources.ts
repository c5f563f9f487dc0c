import * as z from 'zod';
import type { Stack } from './read-assembly.ts';
import { type AttributeOf, pseudoParameters, type ResourceAddress } from './resolve-template.ts';

const { 'AWS::Region': region, 'AWS::AccountId': accountId } = pseudoParameters;

/** Where the emulators are found; the suffix sets this stack's tables apart at a database that others use too. */
export type Addresses = { apiUrl: string; sqsUrl: string; tableSuffix?: string };

export type ResourceNames = {
  nameOf(resource: ResourceAddress): string;
  arnOf(resource: ResourceAddress): string;
  attributeOf: AttributeOf;
};

const arnParts: Record<string, readonly [service: string, prefix: string]> = {
  'AWS::Lambda::Function': ['lambda', 'function:'],
  'AWS::SQS::Queue': ['sqs', ''],
  'AWS::DynamoDB::Table': ['dynamodb', 'table/'],
  'AWS::SecretsManager::Secret': ['secretsmanager', 'secret:'],
  'AWS::Events::Rule': ['events', 'rule/'],
};

const aliasSchema = z.object({ FunctionName: z.object({ Ref: z.string() }), Name: z.string() });

const nameProperties = ['FunctionName', 'QueueName', 'TableName', 'Name'] as const;

/** Gives every resource the name, the ARN and the attributes it has on this machine. */
export const nameResources = (stacks: readonly Stack[], addresses: Addresses): ResourceNames => {
  const given = new Map<string, string>();
  const taken = new Set<string>();
  for (const stack of stacks) {
    for (const [logicalId, { Type, Properties }] of Object.entries(stack.template.Resources)) {
      if (!(Type in arnParts)) continue;
      const explicit = nameProperties.map((key) => Properties[key]).find((value) => typeof value === 'string');
      const suffix = Type === 'AWS::DynamoDB::Table' ? (addresses.tableSuffix ?? '') : '';
      const readable = `${explicit ?? logicalId.replace(/(Function)?[0-9A-F]{8}$/, '')}${suffix}`;
      const name = taken.has(`${Type} ${readable}`) ? logicalId : readable;
      taken.add(`${Type} ${name}`);
      given.set(`${stack.name} ${logicalId}`, name);
    }
  }

  const nameOf = (resource: ResourceAddress): string =>
    given.get(`${resource.stackName} ${resource.logicalId}`) ?? resource.logicalId;

  const arnOf = (resource: ResourceAddress): string => {
    const [service, prefix] = arnParts[resource.type] ?? ['local', `${resource.type}/`];
    return `arn:aws:${service}:${region}:${accountId}:${prefix}${nameOf(resource)}`;
  };

  /** An alias is called by its function's ARN and its own name. */
  const aliasOf = ({ stackName, logicalId }: ResourceAddress): string => {
    const properties = stacks.find(({ name }) => name === stackName)?.template.Resources[logicalId]?.Properties;
    const { FunctionName, Name } = aliasSchema.parse(properties);
    return `${arnOf({ stackName, logicalId: FunctionName.Ref, type: 'AWS::Lambda::Function' })}:${Name}`;
  };

  const attributeOf = (resource: ResourceAddress, attribute: string): unknown => {
    switch (`${resource.type} ${attribute}`) {
      case 'AWS::SQS::Queue Ref':
        return `${addresses.sqsUrl}/${accountId}/${nameOf(resource)}`;
      case 'AWS::SQS::Queue QueueName':
        return nameOf(resource);
      case 'AWS::SecretsManager::Secret Ref':
      case 'AWS::SecretsManager::Secret Id':
        return arnOf(resource);
      case 'AWS::Lambda::Alias Ref':
        return aliasOf(resource);
      case 'AWS::ApiGatewayV2::Api ApiEndpoint':
        return addresses.apiUrl;
      case 'AWS::ApiGatewayV2::Api Ref':
        return resource.logicalId.toLowerCase();
      default:
        if (attribute === 'Ref') return nameOf(resource);
        return attribute === 'Arn' ? arnOf(resource) : `${nameOf(resource)}.${attribute}`;
    }
  };

  return { nameOf, arnOf, attributeOf };
};
