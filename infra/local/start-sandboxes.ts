import type { AccountSeed } from '../operator/accounts-file.ts';
import type { Clock } from './clock.ts';
import { otherAccountId } from './openid/sample-users.ts';
import { SANDBOX_LEVER_APP } from './sandbox/lever-model.ts';
import { type LeverSandbox, startLeverSandbox } from './sandbox/lever-sandbox.ts';
import { createSampleOrganization } from './sandbox/sample-organization.ts';
import { createSamplePartner } from './sandbox/sample-partner.ts';
import { createSecondOrganization } from './sandbox/second-organization.ts';
import { startTurnSandbox, type TurnSandbox } from './sandbox/turn-sandbox.ts';

export type Sandboxes = { lever: LeverSandbox | undefined; turn: TurnSandbox | undefined };
export type ReadyAccount = { accountId: string; leverWebhookUrl: string; turnCallbackUrl: string };

/** One account that works from the first minute, another that nobody has connected yet, and what both vendors must be told once an account's addresses are known. */
export type SampleAccounts = { seeds: AccountSeed[]; connect(ready: ReadyAccount): void };

const webhookRetryWaitsMs = [10_000, 60_000, 600_000, 3_600_000];

/** What the operator would put into LEVER_APP. Whoever stands in for Lever meets the same app: without one nothing could be renewed. */
export const localLeverApp = JSON.stringify(SANDBOX_LEVER_APP);

/** Starts the sandbox of each vendor that nothing else stands for. */
export const startSandboxes = async (
  vendors: { leverApiUrl?: string | undefined; leverAuthUrl?: string | undefined; turnApiUrl?: string | undefined },
  clock: Clock,
  timeScale: number,
): Promise<Sandboxes> => {
  const needsLever = vendors.leverApiUrl === undefined || vendors.leverAuthUrl === undefined;
  const retryWaitsMs = webhookRetryWaitsMs.map((waitMs) => waitMs / timeScale);
  return {
    lever: needsLever ? await startLeverSandbox({ now: clock.now, retryWaitsMs }) : undefined,
    turn: vendors.turnApiUrl === undefined ? await startTurnSandbox({ now: clock.now }) : undefined,
  };
};

/** Fills both sandboxes with an invented customer and describes the accounts. */
export const createSampleAccounts = (lever: LeverSandbox, turn: TurnSandbox): SampleAccounts => {
  const organization = createSampleOrganization(lever.model, { clientId: SANDBOX_LEVER_APP.clientId });
  createSecondOrganization(lever.model);
  const partner = createSamplePartner(turn.model);
  const other = createSamplePartner(turn.model, { id: 'other-turn-partner', name: 'Another Company' });
  const { accessToken, refreshToken, expiresAt } = organization.tokens;
  return {
    seeds: [
      {
        accountId: 'acct_sample',
        name: partner.name,
        turnApiToken: partner.token,
        webhookSecret: organization.signatureToken,
        lever: { accessToken, refreshToken, expiresAt: new Date(expiresAt).toISOString() },
      },
      { accountId: otherAccountId, name: other.name, turnApiToken: other.token },
    ],
    connect({ accountId, leverWebhookUrl, turnCallbackUrl }) {
      (accountId === otherAccountId ? other : partner).webhookUrl = turnCallbackUrl;
      if (accountId === otherAccountId) return;
      const { signatureToken } = organization;
      for (const event of ['candidateStageChange', 'candidateDeleted', 'candidateArchiveChange']) {
        organization.recruiter.setWebhook({ url: leverWebhookUrl, event, signatureToken });
      }
    },
  };
};
