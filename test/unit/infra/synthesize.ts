import { buildApp } from '#infra/build-app.ts';
import { contextWith } from './stage-values.ts';

export type Resource = {
  Type: string;
  UpdatePolicy?: unknown;
  // Templates are deep and ours; naming every level would only hide what a test says.
  // biome-ignore lint/suspicious/noExplicitAny: the reason is the line above
  Properties: Record<string, any>;
  DependsOn?: string[];
  DeletionPolicy?: string;
  UpdateReplacePolicy?: string;
};

/** Synthesizes the app without bundling the functions; gives the resources of both stacks by logical id. */
export const synthesize = (values: Record<string, unknown> = {}) => {
  const app = buildApp(contextWith(values));
  const { stacks } = withoutValidation(() => app.synth());
  const resourcesOf = (kind: string): Record<string, Resource> =>
    stacks.find(({ stackName }) => stackName.endsWith(kind))?.template.Resources ?? {};
  return {
    data: resourcesOf('-data'),
    service: resourcesOf('-service'),
    templates: stacks.map(({ stackName, template }) => [stackName, JSON.stringify(template)] as const),
  };
};

/** The CDK's own rules take seconds; app.test.ts is where they are tested, perhaps in this very process. */
const withoutValidation = <T>(synthesize: () => T): T => {
  process.env['CDK_VALIDATION'] = 'false';
  try {
    return synthesize();
  } finally {
    delete process.env['CDK_VALIDATION'];
  }
};

/** The resources of one type, by logical id without the hash that the CDK appends. */
export const ofType = (resources: Record<string, Resource>, type: string): Record<string, Resource> =>
  Object.fromEntries(
    Object.entries(resources)
      .filter(([, resource]) => resource.Type === type)
      .map(([id, resource]) => [withoutHash(id), resource]),
  );

/** The logical id that a Ref, GetAtt or GetStackOutput points to, without hashes. */
export const target = (reference: unknown): string => {
  const text = JSON.stringify(reference);
  const imported = /PublishOutput(?:Ref|FnGetAtt)([A-Za-z]+?)[0-9A-F]{8}/.exec(text);
  if (imported?.[1]) return text.includes('/index/') ? `${imported[1]}/${/index\/(\w+)/.exec(text)?.[1]}` : imported[1];
  const local = /"(?:Ref|Fn::GetAtt)":\[?"(\w+)"/.exec(text);
  if (!local?.[1]) throw new Error(`not a reference: ${text}`);
  return withoutHash(local[1]);
};

/** Without hash, and without the name of the construct that is the same in every function, or of its alias. */
const withoutHash = (id: string): string => id.replace(/[0-9A-F]{8}$/, '').replace(/Function(?:Aliaslive)?$/, '');
