import type { Account } from '#shared/domain/account.ts';
import type { Opportunity } from '#shared/domain/opportunity.ts';
import { mayBeMadeAnew, withStageName, withStages } from '#shared/domain/trigger-stage.ts';
import { noteStagesGone } from '#shared/edge/note-stages-gone.ts';
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
  if (name !== null && !mayBeMadeAnew(account, { id, name })) {
    const learn = (before: Account): Account => withStageName(before, { id, name }, ports.now());
    return { account: (await ports.accounts.update(account.accountId, learn)) ?? learn(account), opportunity };
  }
  const names = await lever.readStages();
  const learn = (before: Account): Account => withStages(before, { readAt: ports.now(), names });
  const learnt = (await ports.accounts.update(account.accountId, learn)) ?? learn(account);
  await noteStagesGone(account, learnt, { record: ports.journal.record, report: ports.report });
  return { account: learnt, opportunity: { ...opportunity, stage: { id, name: name ?? names[id] ?? null } } };
};
