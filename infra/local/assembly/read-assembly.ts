import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import * as z from 'zod';
import { StartFault } from '../start-fault.ts';

const templateSchema = z.object({
  Resources: z.record(
    z.string(),
    z.object({
      Type: z.string(),
      Condition: z.string().optional(),
      Properties: z.record(z.string(), z.unknown()).default({}),
    }),
  ),
  Parameters: z.record(z.string(), z.object({ Default: z.unknown().optional() })).default({}),
  Mappings: z.record(z.string(), z.record(z.string(), z.record(z.string(), z.unknown()))).default({}),
  Conditions: z.record(z.string(), z.unknown()).default({}),
  Outputs: z
    .record(z.string(), z.object({ Value: z.unknown(), Export: z.object({ Name: z.unknown() }).optional() }))
    .default({}),
});

const artifactSchema = z.object({
  type: z.string(),
  properties: z
    .object({
      templateFile: z.string().optional(),
      stackName: z.string().optional(),
      directoryName: z.string().optional(),
      file: z.string().optional(),
    })
    .default({}),
});

const manifestSchema = z.object({ artifacts: z.record(z.string(), artifactSchema).default({}) });
const assetsSchema = z.object({
  files: z.record(z.string(), z.object({ source: z.object({ path: z.string() }) })).default({}),
});

export type Template = z.infer<typeof templateSchema>;
export type Stack = {
  name: string;
  template: Template;
  /** Asset key in the bucket (`<hash>.zip`) to the folder that would be zipped. */
  assetFolders: ReadonlyMap<string, string>;
};

/** Reads every stack of a synthesized cloud assembly, nested assemblies (stages) included. */
export const readAssembly = (directory: string): Stack[] => {
  const manifestFile = path.join(directory, 'manifest.json');
  if (!existsSync(manifestFile)) throw new StartFault(`${directory} holds no synthesized assembly (no manifest.json).`);
  const { artifacts } = manifestSchema.parse(readJson(manifestFile));
  const assets = new Map<string, string>();
  for (const artifact of Object.values(artifacts)) {
    if (artifact.type !== 'cdk:asset-manifest' || artifact.properties.file === undefined) continue;
    const { files } = assetsSchema.parse(readJson(path.join(directory, artifact.properties.file)));
    for (const [hash, file] of Object.entries(files)) {
      assets.set(`${hash}.zip`, path.resolve(directory, file.source.path));
    }
  }
  return Object.entries(artifacts).flatMap(([id, { type, properties }]): Stack[] => {
    if (type === 'cdk:cloud-assembly') return readAssembly(path.join(directory, properties.directoryName ?? id));
    if (type !== 'aws:cloudformation:stack') return [];
    const template = templateSchema.parse(
      readJson(path.join(directory, properties.templateFile ?? `${id}.template.json`)),
    );
    return [{ name: properties.stackName ?? id, template, assetFolders: assets }];
  });
};

const readJson = (file: string): unknown => JSON.parse(readFileSync(file, 'utf8'));
