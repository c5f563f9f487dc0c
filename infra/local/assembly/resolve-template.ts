import * as z from 'zod';
import { StartFault } from '../start-fault.ts';
import type { Stack } from './read-assembly.ts';

export type ResourceAddress = { stackName: string; logicalId: string; type: string };
/** The value of one attribute of one resource; `Ref` is what CloudFormation's Ref would answer. */
export type AttributeOf = (resource: ResourceAddress, attribute: string) => unknown;

export type Resolver = {
  /** Replaces every intrinsic function in a template's value. */
  resolve(value: unknown, stackName: string): unknown;
  /** Whether a named condition of the stack holds; no name holds always. */
  holds(condition: string | undefined, stackName: string): boolean;
};

export const pseudoParameters = {
  'AWS::Region': 'eu-central-1',
  'AWS::AccountId': '000000000000',
  'AWS::Partition': 'aws',
  'AWS::URLSuffix': 'amazonaws.com',
} as const;

const noValue = Symbol('AWS::NoValue');
const pair = z.tuple([z.string(), z.unknown()]);
const subSchema = z.union([
  z.string().transform((text): [string, Record<string, unknown>] => [text, {}]),
  z.tuple([z.string(), z.record(z.string(), z.unknown())]),
]);
const attributeSchema = z.union([
  z.tuple([z.string(), z.string()]),
  z
    .string()
    .transform((text): [string, string] => [text.slice(0, text.indexOf('.')), text.slice(text.indexOf('.') + 1)]),
]);
const plainObject = z.record(z.string(), z.unknown());

/** A resolver over all stacks at once, so that exports of one reach the imports of another. */
export const createResolver = (stacks: readonly Stack[], attributeOf: AttributeOf): Resolver => {
  const byName = new Map(stacks.map((stack) => [stack.name, stack]));

  const stackOf = (name: string): Stack => {
    const stack = byName.get(name);
    if (stack === undefined) throw new StartFault(`No stack is named ${name}.`);
    return stack;
  };

  const reference = (stackName: string, logicalId: string, attribute: string): unknown => {
    const { template } = stackOf(stackName);
    if (logicalId === 'AWS::NoValue') return noValue;
    if (logicalId === 'AWS::StackName') return stackName;
    if (logicalId === 'AWS::StackId') return `arn:aws:cloudformation:local:${stackName}`;
    const pseudo = Object.entries(pseudoParameters).find(([name]) => name === logicalId);
    if (pseudo !== undefined) return pseudo[1];
    const resource = template.Resources[logicalId];
    if (resource !== undefined) return attributeOf({ stackName, logicalId, type: resource.Type }, attribute);
    const parameter = template.Parameters[logicalId];
    if (parameter?.Default !== undefined) return parameter.Default;
    throw new StartFault(
      `${stackName}: ${logicalId} is referred to, but is neither a resource nor a parameter with a default.`,
    );
  };

  const imported = (exportName: string): unknown => {
    for (const stack of stacks) {
      for (const output of Object.values(stack.template.Outputs)) {
        if (output.Export === undefined || resolve(output.Export.Name, stack.name) !== exportName) continue;
        return resolve(output.Value, stack.name);
      }
    }
    throw new StartFault(`No stack exports ${exportName}.`);
  };

  const substitute = (argument: unknown, stackName: string): string => {
    const [text, variables] = subSchema.parse(argument);
    return text.replaceAll(/\$\{([^}]+)\}/g, (whole, name: string) => {
      if (name.startsWith('!')) return `\${${name.slice(1)}}`;
      const own = variables[name];
      if (own !== undefined) return String(resolve(own, stackName));
      const dot = name.indexOf('.');
      const value =
        dot < 0 ? reference(stackName, name, 'Ref') : reference(stackName, name.slice(0, dot), name.slice(dot + 1));
      return value === undefined ? whole : String(value);
    });
  };

  const evaluate = (name: string, argument: unknown, stackName: string): unknown => {
    const resolved = (value: unknown): unknown => resolve(value, stackName);
    switch (name) {
      case 'Ref':
        return reference(stackName, z.string().parse(argument), 'Ref');
      case 'Fn::GetAtt': {
        const [logicalId, attribute] = attributeSchema.parse(argument);
        return reference(stackName, logicalId, attribute);
      }
      case 'Fn::Join': {
        const [separator, parts] = pair.parse(argument);
        return z.array(z.unknown()).parse(resolved(parts)).map(String).join(separator);
      }
      case 'Fn::Sub':
        return substitute(argument, stackName);
      case 'Fn::Split': {
        const [separator, text] = pair.parse(argument);
        return String(resolved(text)).split(separator);
      }
      case 'Fn::Select': {
        const [index, list] = z.tuple([z.coerce.number(), z.unknown()]).parse(argument);
        return z.array(z.unknown()).parse(resolved(list))[index];
      }
      case 'Fn::ImportValue':
        return imported(z.string().parse(resolved(argument)));
      case 'Fn::GetStackOutput': {
        const { StackName, OutputName } = z
          .object({ StackName: z.string(), OutputName: z.string() })
          .parse(resolved(argument));
        return resolve(stackOf(StackName).template.Outputs[OutputName]?.Value, StackName);
      }
      case 'Fn::FindInMap': {
        const [map, first, second] = z.tuple([z.string(), z.string(), z.string()]).parse(resolved(argument));
        return stackOf(stackName).template.Mappings[map]?.[first]?.[second];
      }
      case 'Condition':
        return holds(z.string().parse(argument), stackName);
      case 'Fn::If': {
        const [condition, yes, no] = z.tuple([z.string(), z.unknown(), z.unknown()]).parse(argument);
        return resolved(holds(condition, stackName) ? yes : no);
      }
      case 'Fn::Equals': {
        const [left, right] = z.tuple([z.unknown(), z.unknown()]).parse(resolved(argument));
        return String(left) === String(right);
      }
      case 'Fn::Not':
        return !z.array(z.unknown()).parse(resolved(argument)).every(Boolean);
      case 'Fn::And':
        return z.array(z.unknown()).parse(resolved(argument)).every(Boolean);
      case 'Fn::Or':
        return z.array(z.unknown()).parse(resolved(argument)).some(Boolean);
      default:
        throw new StartFault(`${stackName}: the intrinsic function ${name} is not understood here.`);
    }
  };

  const resolve = (value: unknown, stackName: string): unknown => {
    if (Array.isArray(value)) return value.map((item) => resolve(item, stackName)).filter((item) => item !== noValue);
    if (typeof value !== 'object' || value === null) return value;
    const entries = Object.entries(plainObject.parse(value));
    const [only] = entries;
    if (entries.length === 1 && only !== undefined && isIntrinsic(only[0]))
      return evaluate(only[0], only[1], stackName);
    return Object.fromEntries(
      entries.map(([key, item]) => [key, resolve(item, stackName)]).filter(([, item]) => item !== noValue),
    );
  };

  const holds = (condition: string | undefined, stackName: string): boolean => {
    if (condition === undefined) return true;
    const expression = stackOf(stackName).template.Conditions[condition];
    if (expression === undefined) throw new StartFault(`${stackName}: no condition is named ${condition}.`);
    return resolve(expression, stackName) === true;
  };

  return { resolve, holds };
};

// A lone `Condition` key is an intrinsic only inside a condition; IAM statements never reach the resolver.
const isIntrinsic = (key: string): boolean => key === 'Ref' || key === 'Condition' || key.startsWith('Fn::');
