import type { Account, StageAfter, StageMap, TargetStage, TriggerStage } from './account.ts';
import { folded } from './folded.ts';

const sameName = (one: string, other: string): boolean => folded(one) === folded(other);

type Stage = { readonly id: string; readonly name: string | null };

/**
 * The trigger that this stage is, if it is one. The stage of a known id stays the trigger, however it is renamed; besides, every
 * stage that bears the trigger's name is one: two pipelines may each have theirs.
 */
export const triggerOf = (triggers: readonly TriggerStage[], { id, name }: Stage): TriggerStage | undefined =>
  triggers.find((trigger) => trigger.id === id) ??
  triggers.find((trigger) => name !== null && sameName(trigger.name, name));

/** Is this stage one that starts checks? */
export const isTriggerStage = (triggers: readonly TriggerStage[], stage: Stage): boolean =>
  triggerOf(triggers, stage) !== undefined;

/** From when on entries into this stage count, epoch milliseconds: since the account started, and had the stage chosen. */
export const countsFrom = ({ startsAt, triggerStages }: Account, stage: Stage): number =>
  Math.max(startsAt ?? 0, triggerOf(triggerStages, stage)?.since ?? 0);

/** The chosen triggers: those that the account had stay as they were, others count from now on. */
export const withChosenTriggers = (account: Account, chosen: readonly TriggerStage[], now: number): Account => ({
  ...account,
  triggerStages: chosen.map(({ id, name }) => {
    const before =
      account.triggerStages.find((each) => id !== null && each.id === id) ??
      account.triggerStages.find((each) => sameName(each.name, name));
    return {
      id,
      name,
      ...(before === undefined ? { since: now } : before.since === undefined ? {} : { since: before.since }),
    };
  }),
});

/** The account with Lever's whole list of stages: each trigger follows its id through renames, and its name through being deleted and made anew. Names just read come in Lever's order, which the table would not keep. */
export const withStages = (account: Account, stages: StageMap): Account => ({
  ...account,
  stages: { ...stages, order: stages.order ?? Object.keys(stages.names) },
  triggerStages: account.triggerStages.flatMap((trigger): TriggerStage[] => {
    const name = nameIn(stages, trigger.id);
    if (name !== undefined) return renamed(account, trigger, name, stages);
    const [namesake] = stagesNamed(stages, trigger.name);
    return [{ ...trigger, id: namesake ?? null }];
  }),
  stageAfter: {
    clear: targetIn(stages, account.stageAfter.clear),
    consider: targetIn(stages, account.stageAfter.consider),
  },
});

/** The target by its id under the name that it has now, or else by its name. */
const targetIn = (stages: StageMap, target: TargetStage | null): TargetStage | null => {
  if (target === null) return null;
  const name = nameIn(stages, target.id);
  return name === undefined ? { ...target, id: stagesNamed(stages, target.name)[0] ?? null } : { ...target, name };
};

/** The chosen targets: what the account had stays as it was, another counts for checks that come to it from now on. */
export const withChosenTargets = (account: Account, chosen: StageAfter, now: number): Account => {
  const since = (before: TargetStage | null, target: TargetStage | null): TargetStage | null => {
    if (target === null) return null;
    const { id, name } = target;
    const isSame = before !== null && ((id !== null && before.id === id) || sameName(before.name, name));
    return { id, name, since: isSame ? (before.since ?? 0) : now };
  };
  const { clear, consider } = account.stageAfter;
  return { ...account, stageAfter: { clear: since(clear, chosen.clear), consider: since(consider, chosen.consider) } };
};

/** The name of a stage, if the list holds one. An id may come from outside: `constructor` must not find what every object inherits. */
export const nameIn = (stages: StageMap | null, id: string | null): string | undefined =>
  stages !== null && id !== null && Object.hasOwn(stages.names, id) ? stages.names[id] : undefined;

/** The ids of all stages that bear this name. */
export const stagesNamed = ({ names }: StageMap, name: string): string[] =>
  Object.entries(names).flatMap(([id, each]) => (sameName(each, name) ? [id] : []));

/** Every stage that is known to start checks, to be read one by one. */
export const triggerStageIds = ({ stages, triggerStages }: Account): string[] => [
  ...new Set(
    triggerStages.flatMap(({ id, name }) => [id ?? [], stages === null ? [] : stagesNamed(stages, name)].flat()),
  ),
];

/** The trigger under its stage's new name. Of the stages that bore the old one with it, those that still do stay triggers too. */
const renamed = (account: Account, trigger: TriggerStage, name: string, stages: StageMap): TriggerStage[] => {
  const now = { ...trigger, name };
  const before = nameIn(account.stages, trigger.id) ?? '';
  if (account.stages === null || sameName(before, name) || !sameName(before, trigger.name)) return [now];
  const known = new Set(account.triggerStages.map(({ id }) => id));
  const [left] = stagesNamed(account.stages, trigger.name).filter(
    (id) => !known.has(id) && sameName(nameIn(stages, id) ?? '', trigger.name),
  );
  return left === undefined ? [now] : [now, { ...trigger, id: left }];
};

/** Lever's stages in its own order; what was heard of by itself since then comes last. */
export const stagesInOrder = ({ names, order = [] }: StageMap): { id: string; name: string }[] =>
  [...new Set([...order, ...Object.keys(names)])].flatMap((id) =>
    Object.hasOwn(names, id) ? [{ id, name: names[id] ?? '' }] : [],
  );

/** The account with the name of one stage remembered; of the others nothing new is known. */
export const withStageName = (account: Account, stage: { id: string; name: string }, now: number): Account => {
  const stages: StageMap = {
    ...account.stages,
    readAt: account.stages?.readAt ?? now,
    names: { ...account.stages?.names, [stage.id]: stage.name },
  };
  return {
    ...account,
    stages,
    triggerStages: account.triggerStages.flatMap((trigger) => {
      if (trigger.id === null) return [sameName(trigger.name, stage.name) ? { ...trigger, id: stage.id } : trigger];
      return trigger.id === stage.id ? renamed(account, trigger, stage.name, stages) : [trigger];
    }),
  };
};

/** May this stage be a trigger that was deleted and made anew, or is it one more of its name? Only the whole list tells. */
export const mayBeMadeAnew = (account: Account, stage: { id: string; name: string | null }): boolean =>
  account.triggerStages.some(
    ({ id, name }) => id !== null && id !== stage.id && stage.name !== null && sameName(name, stage.name),
  );

/** The triggers that Lever had before and no longer has: until a stage of this name is there again, they start nothing. */
export const stagesGone = (before: Account, after: Account): string[] =>
  after.triggerStages.flatMap(({ id, name }) =>
    id === null && before.triggerStages.some((each) => each.id !== null && sameName(each.name, name)) ? [name] : [],
  );

/** Can we tell without asking Lever that entering this stage starts nothing? Only while the list is young enough to rule out a rename that we have not seen. */
export const isKnownNotToTrigger = (
  account: Pick<Account, 'stages' | 'triggerStages'>,
  stageId: string,
  now: number,
  freshForMs: number,
): boolean => {
  const { stages } = account;
  if (stages === null || now - stages.readAt > freshForMs) return false;
  // A trigger that no stage bears yet may be the new name of one that we know by its old.
  if (account.triggerStages.some((trigger) => trigger.id === null)) return false;
  const name = nameIn(stages, stageId);
  return name !== undefined && !isTriggerStage(account.triggerStages, { id: stageId, name });
};
