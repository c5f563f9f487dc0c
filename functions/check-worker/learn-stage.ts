import type { Account } from '#shared/domain/account.ts';
import type { Opportunity } from '#shared/domain/opportunity.ts';
import { withStages } from '#shared/domain/trigger-stage.ts';
import type { Lever } from '#shared/lever/lever-client.ts';
import type { CheckWorkerPorts } from './ports.ts';

/** Makes sure that the name of the opportunity's stage is known, and remembers it for the account: the next move into a stage that starts nothing then costs no call. */
export const learnStage = async (
  account: Account,
  opportunity: Opportunity,
  lever: Lever,
  ports: CheckWorkerPorts,
): Promise<{ account: Account; opportunity: Opportunity }> => {
  const { id, name } = opportunity.stage;
  const known = account.stages?.names[id] ?? null;
  if (name === null && known !== null) {
    return { account, opportunity: { ...opportunity, stage: { id, name: known } } };
  }
  if (name !== null && name === known) return { account, opportunity };
  const names = name === null ? await lever.readStages() : { [id]: name };
  const learn = (before: Account): Account =>
    withStages(before, {
      readAt: name === null ? ports.now() : (before.stages?.readAt ?? ports.now()),
      names: { ...before.stages?.names, ...names },
    });
  return {
    account: (await ports.accounts.update(account.accountId, learn)) ?? learn(account),
    opportunity: { ...opportunity, stage: { id, name: name ?? names[id] ?? null } },
  };
};
