import { GetSecretValueCommand, type SecretsManagerClient } from '@aws-sdk/client-secrets-manager';

const freshForMs = 5 * 60_000;

/** Reads secrets' texts, each when first needed and again after a while, so that a rotation needs no deployment. */
export const readSecretOf = (
  client: SecretsManagerClient,
  now: () => number,
): ((secretId: string) => Promise<string>) => {
  const known = new Map<string, { text: string; readAt: number }>();
  return async (secretId) => {
    const remembered = known.get(secretId);
    if (remembered !== undefined && now() - remembered.readAt <= freshForMs) return remembered.text;
    const { SecretString: text } = await client.send(new GetSecretValueCommand({ SecretId: secretId }));
    if (text === undefined) throw new Error('A secret of the deployment is empty.');
    known.set(secretId, { text, readAt: now() });
    return text;
  };
};
