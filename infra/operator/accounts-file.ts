import * as z from 'zod';
import { isAccountId, isPackageId, isWebhookSecret, packageIdRule, webhookSecretRule } from '#shared/domain/ids.ts';
import { parseJson } from '#shared/http/parse-json.ts';

const webhookSecret = z.string().trim().refine(isWebhookSecret, webhookSecretRule);

/** One entry of an accounts file. */
export const accountSeedSchema = z.strictObject({
  accountId: z.string().refine(isAccountId, 'must be 1 to 64 letters, digits, - or _'),
  name: z.string().min(1),
  turnApiToken: z.string().min(1),
  defaultPackageId: z.string().refine(isPackageId, packageIdRule).nullish(),
  triggerStages: z.array(z.string().trim().min(1)).min(1).nullish(),
  webhookSecret: webhookSecret.nullish(),
  /** In the place of one: Lever issues a secret for each webhook. */
  webhookSecrets: z
    .strictObject({
      candidateStageChange: webhookSecret.exactOptional(),
      candidateDeleted: webhookSecret.exactOptional(),
      candidateArchiveChange: webhookSecret.exactOptional(),
    })
    .nullish(),
  lever: z
    .strictObject({
      accessToken: z.string().min(1),
      refreshToken: z.string().min(1),
      expiresAt: z.iso.datetime({ offset: true }),
    })
    .nullish(),
});
export type AccountSeed = z.infer<typeof accountSeedSchema>;

/** Reads an accounts file: the accounts, or every fault in it as a sentence. */
export const parseAccountsFile = (text: string): { accounts: AccountSeed[] } | { faults: string[] } => {
  const json = parseJson(text);
  if (json === undefined) return { faults: ['it is not JSON'] };
  const parsed = z.array(accountSeedSchema).safeParse(json);
  if (!parsed.success) {
    return { faults: parsed.error.issues.map((issue) => `${issue.path.join('.') || 'the file'}: ${issue.message}`) };
  }
  const ids = parsed.data.map((account) => account.accountId);
  const twice = ids.filter((id, index) => ids.indexOf(id) !== index);
  return twice.length === 0
    ? { accounts: parsed.data }
    : { faults: twice.map((id) => `account ${id} is listed twice`) };
};
