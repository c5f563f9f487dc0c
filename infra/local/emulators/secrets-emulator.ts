import { randomUUID } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import * as z from 'zod';
import { writeAtomically } from '../write-atomically.ts';
import { AwsError, type AwsJsonServer, startAwsJsonServer } from './aws-json-server.ts';

const secretSchema = z.object({
  name: z.string(),
  arn: z.string(),
  versions: z.array(
    z.object({ id: z.string(), value: z.string(), stages: z.array(z.string()), createdAtSeconds: z.number() }),
  ),
});
type Secret = z.infer<typeof secretSchema>;

const getInput = z.object({
  SecretId: z.string(),
  VersionId: z.string().optional(),
  VersionStage: z.string().optional(),
});
const putInput = z.strictObject({
  SecretId: z.string(),
  SecretString: z.string(),
  ClientRequestToken: z.string().optional(),
  VersionStages: z.array(z.literal('AWSCURRENT')).optional(),
});

export type SecretsEmulator = AwsJsonServer & {
  /** Creates the secret with its first value, unless it is there from before. */
  create(secret: { name: string; arn: string }, firstValue: string): void;
};

/** Serves what we use of Secrets Manager: versions by id and by stage. With a file, secrets survive a restart. */
export const startSecretsEmulator = async (now: () => number, file: string | undefined): Promise<SecretsEmulator> => {
  const secrets: Secret[] =
    file !== undefined && existsSync(file) ? z.array(secretSchema).parse(JSON.parse(readFileSync(file, 'utf8'))) : [];

  const save = (): void => {
    if (file !== undefined) writeAtomically(file, JSON.stringify(secrets));
  };

  const find = (secretId: string): Secret => {
    const secret = secrets.find(({ name, arn }) => name === secretId || arn === secretId);
    if (secret !== undefined) return secret;
    throw new AwsError('ResourceNotFoundException', "Secrets Manager can't find the specified secret.");
  };

  const put = (secret: Secret, value: string, id: string): void => {
    const same = secret.versions.find((version) => version.id === id);
    if (same !== undefined) {
      if (same.value === value) return;
      throw new AwsError(
        'ResourceExistsException',
        'A version with that ClientRequestToken exists, with other contents.',
      );
    }
    for (const version of secret.versions) {
      const wasCurrent = version.stages.includes('AWSCURRENT');
      version.stages = version.stages.filter((stage) => stage !== 'AWSCURRENT' && stage !== 'AWSPREVIOUS');
      if (wasCurrent) version.stages.push('AWSPREVIOUS');
    }
    secret.versions.push({ id, value, stages: ['AWSCURRENT'], createdAtSeconds: now() / 1000 });
    save();
  };

  const server = await startAwsJsonServer({
    service: 'secretsmanager',
    errorNamespace: 'com.amazonaws.secretsmanager',
    operations: {
      GetSecretValue(input) {
        const { SecretId, VersionId, VersionStage } = getInput.parse(input);
        const { name, arn, versions } = find(SecretId);
        const stage = VersionStage ?? (VersionId === undefined ? 'AWSCURRENT' : undefined);
        const version = versions.find(
          ({ id, stages }) =>
            (VersionId === undefined || id === VersionId) && (stage === undefined || stages.includes(stage)),
        );
        if (version === undefined) {
          const wanted = VersionId === undefined ? `staging label: ${stage}` : `VersionId: ${VersionId}`;
          throw new AwsError(
            'ResourceNotFoundException',
            `Secrets Manager can't find the specified secret value for ${wanted}`,
          );
        }
        const { id, value, stages, createdAtSeconds } = version;
        return {
          ARN: arn,
          Name: name,
          VersionId: id,
          SecretString: value,
          VersionStages: stages,
          CreatedDate: createdAtSeconds,
        };
      },
      PutSecretValue(input) {
        const { SecretId, SecretString, ClientRequestToken = randomUUID() } = putInput.parse(input);
        const secret = find(SecretId);
        put(secret, SecretString, ClientRequestToken);
        return { ARN: secret.arn, Name: secret.name, VersionId: ClientRequestToken, VersionStages: ['AWSCURRENT'] };
      },
    },
  });
  return {
    ...server,
    create({ name, arn }, firstValue) {
      if (secrets.some((secret) => secret.arn === arn)) return;
      const secret: Secret = { name, arn, versions: [] };
      secrets.push(secret);
      put(secret, firstValue, randomUUID());
    },
  };
};
