import { randomBytes } from 'node:crypto';
import type { SecretDefinition } from '../assembly/plan.ts';

/** A value as the template asks for: given, or a random one, alone or inside the template's JSON. */
export const firstSecretValue = ({ properties }: SecretDefinition): string => {
  const { SecretString, GenerateSecretString: generate } = properties;
  if (SecretString !== undefined || generate === undefined) return SecretString ?? '';
  const random = randomBytes(generate.PasswordLength).toString('hex').slice(0, generate.PasswordLength);
  const { SecretStringTemplate: template, GenerateStringKey: key } = generate;
  if (template === undefined || key === undefined) return random;
  return JSON.stringify({ ...JSON.parse(template), [key]: random });
};
