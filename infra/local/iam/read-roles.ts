import * as z from 'zod';
import type { Stack } from '../assembly/read-assembly.ts';
import type { Resolver } from '../assembly/resolve-template.ts';
import { policyDocumentSchema, type Statement } from './statement.ts';

const policySchema = z.object({ PolicyDocument: policyDocumentSchema, Roles: z.array(z.string()) });

/** What may be done by each role, by its name. Other kinds of policies than those of roles are none of ours. */
export const readRoles = (stacks: readonly Stack[], resolver: Resolver): Map<string, Statement[]> => {
  const roles = new Map<string, Statement[]>();
  for (const { name: stackName, template } of stacks) {
    for (const { Type, Properties } of Object.values(template.Resources)) {
      if (Type !== 'AWS::IAM::Policy') continue;
      const { PolicyDocument, Roles } = policySchema.parse(resolver.resolve(Properties, stackName));
      for (const role of Roles) roles.set(role, [...(roles.get(role) ?? []), ...PolicyDocument.Statement]);
    }
  }
  return roles;
};
