import { reportStagesGone } from '#shared/accounts/report-stages-gone.ts';
import type { Account } from '#shared/domain/account.ts';
import type { Opportunity } from '#shared/domain/opportunity.ts';
import { mayBeMadeAnew, withStageName, withStages } from '#shared/domain/trigger-stage.ts';
import type { Lever } from '#shared/lever/lever-client.ts';
import type { AppPorts } from '#shared/vendors.ts';

/** Makes sure that the name of the opportunity's stage is known, and remembers it for the account: the next move into a stage that starts nothing then costs no call. */
export const resolveStage = async (
  account: Account,
  opportunity: Opportunity,
  lever: Lever,
  ports: AppPorts,
): Promise<{ account: Account; opportunity: Opportunity }> => {
  const { id, name } = opportunity.stage;
  const known = account.stages?.names[id] ?? null;
  if (name === null && known !== null) {
    return { account, opportunity: { ...opportunity, stage: { id, name: known } } };
  }
  if (name !== null && name === known) return { account, opportunity };
  if (name !== null && !mayBeMadeAnew(account, { id, name })) {
    const learn = (before: Account): Account => withStageName(before, { id, name }, ports.now());
    const update = await ports.accounts.update(account.accountId, learn);
    return { account: update?.after ?? learn(account), opportunity };
  }
  const names = await lever.readStages();
  const learn = (before: Account): Account => withStages(before, { readAt: ports.now(), names });
  const learnt = (await ports.accounts.update(account.accountId, learn))?.after ?? learn(account);
  await reportStagesGone(account, learnt, ports.emit);
  return { account: learnt, opportunity: { ...opportunity, stage: { id, name: name ?? names[id] ?? null } } };
};
