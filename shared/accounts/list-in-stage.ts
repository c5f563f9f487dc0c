import type { Account } from '#shared/domain/account.ts';
import { nullIfPermanent } from '#shared/domain/failure.ts';
import { countedForOf, type InStage, inStage, isCountDue } from '#shared/domain/in-stage.ts';
import type { Opportunity } from '#shared/domain/opportunity.ts';
import { nameIn, triggerStageIds } from '#shared/domain/trigger-stage.ts';
import type { Lever } from '#shared/lever/lever-client.ts';
import type { AppPorts } from '#shared/vendors.ts';

/** So many are listed at most, of so many pages. */
export const mostListed = 500;
const mostPages = 10;
const loadedAtOnce = 25;

/** Who is in the account's trigger stages now, the latest first. `isComplete` false: there may be more. Throws `lever_*` failures. */
export const listInStage = async (
  account: Account,
  lever: Lever,
  ports: Pick<AppPorts, 'records' | 'now'>,
): Promise<{ candidates: InStage[]; isComplete: boolean }> => {
  const { listed, isComplete } = await readStages(account, lever);
  const candidates: InStage[] = [];
  for (let from = 0; from < listed.length; from += loadedAtOnce) {
    const found = await Promise.all(
      listed.slice(from, from + loadedAtOnce).map(async (opportunity) => {
        const { record } = await ports.records.load(account.accountId, opportunity.opportunityId);
        return inStage(opportunity, account, record, ports.now());
      }),
    );
    candidates.push(...found.filter((each) => each !== null));
  }
  candidates.sort((one, other) => (other.enteredAt ?? 0) - (one.enteredAt ?? 0));
  return { candidates, isComplete };
};

const readStages = async (account: Account, lever: Lever): Promise<{ listed: Opportunity[]; isComplete: boolean }> => {
  const listed = new Map<string, Opportunity>();
  const stageIds = triggerStageIds(account);
  let isComplete = true;
  let pages = 0;
  for (const stageId of stageIds) {
    let after: string | null = null;
    do {
      if (listed.size >= mostListed || pages >= mostPages) return { listed: first(listed), isComplete: false };
      const page: Awaited<ReturnType<Lever['listInStage']>> = await lever.listInStage(stageId, after);
      pages += 1;
      for (const { stage, ...opportunity } of page.opportunities) {
        // Lists name a stage by its id alone, and a trigger may be one by its name.
        const name = stage.name ?? nameIn(account.stages, stage.id) ?? null;
        listed.set(opportunity.opportunityId, { ...opportunity, stage: { id: stage.id, name } });
      }
      if (page.isPartial) isComplete = false;
      after = page.next;
    } while (after !== null);
  }
  return { listed: first(listed), isComplete: isComplete && listed.size <= mostListed };
};

const first = (listed: ReadonlyMap<string, Opportunity>): Opportunity[] => [...listed.values()].slice(0, mostListed);

/** Counts, where that is due, who stood in a trigger stage before the account started. What Lever refuses to list stays unknown. */
export const countAlreadyInStage = async (account: Account, lever: Lever, ports: AppPorts): Promise<void> => {
  const countedAt = ports.now();
  if (!isCountDue(account, countedAt)) return;
  const found = await listInStage(account, lever, ports).catch(nullIfPermanent);
  if (found === null) return;
  const count = found.candidates.filter(({ standing }) => standing === 'left_out').length;
  const countedFor = countedForOf(account);
  await ports.accounts.update(account.accountId, (before) => ({
    ...before,
    alreadyInStage: { count, isComplete: found.isComplete, countedAt, countedFor },
  }));
};
