import type { Account, StageMap, TriggerStage } from './account.ts';

const sameName = (one: string, other: string): boolean =>
  one.trim().toLocaleLowerCase('en') === other.trim().toLocaleLowerCase('en');

type Stage = { readonly id: string; readonly name: string | null };

/** The trigger that this stage is, if it is one. A known id decides alone, so that a renamed stage stays the trigger; a name given by hand matches without regard to case and outer space. */
export const triggerOf = (triggers: readonly TriggerStage[], stage: Stage): TriggerStage | undefined =>
  triggers.find((trigger) =>
    trigger.id === null ? stage.name !== null && sameName(trigger.name, stage.name) : trigger.id === stage.id,
  );

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
    const before = account.triggerStages.find((each) =>
      id === null || each.id === null ? sameName(each.name, name) : each.id === id,
    );
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
  triggerStages: account.triggerStages.map((trigger): TriggerStage => {
    const name = trigger.id !== null && Object.hasOwn(stages.names, trigger.id) ? stages.names[trigger.id] : undefined;
    if (name !== undefined) return { ...trigger, name };
    const namesake = Object.entries(stages.names).find(([, each]) => sameName(each, trigger.name));
    return { ...trigger, id: namesake?.[0] ?? null };
  }),
});

/** Lever's stages in its own order; what was heard of by itself since then comes last. */
export const stagesInOrder = ({ names, order = [] }: StageMap): { id: string; name: string }[] =>
  [...new Set([...order, ...Object.keys(names)])].flatMap((id) =>
    Object.hasOwn(names, id) ? [{ id, name: names[id] ?? '' }] : [],
  );

/** The account with the name of one stage remembered; of the others nothing new is known. */
export const withStageName = (account: Account, stage: { id: string; name: string }, now: number): Account => ({
  ...account,
  stages: {
    ...account.stages,
    readAt: account.stages?.readAt ?? now,
    names: { ...account.stages?.names, [stage.id]: stage.name },
  },
  triggerStages: account.triggerStages.map((trigger) => {
    if (trigger.id === null) return sameName(trigger.name, stage.name) ? { ...trigger, id: stage.id } : trigger;
    return trigger.id === stage.id ? { ...trigger, name: stage.name } : trigger;
  }),
});

/** May this stage be a trigger that was deleted and made anew? Only the whole list tells. */
export const mayBeMadeAnew = (account: Account, stage: { id: string; name: string | null }): boolean =>
  account.triggerStages.some(
    ({ id, name }) => id !== null && id !== stage.id && stage.name !== null && sameName(name, stage.name),
  );

/** The triggers that Lever had before and no longer has: until a stage of this name is there again, they start nothing. */
export const stagesGone = (before: Account, after: Account): string[] =>
  after.triggerStages.flatMap(({ id, name }, index) =>
    id === null && (before.triggerStages[index]?.id ?? null) !== null ? [name] : [],
  );

/** Can we tell without asking Lever that entering this stage starts nothing? Only while the list is young enough to rule out a rename that we have not seen. */
export const isKnownNotToTrigger = (account: Account, stageId: string, now: number, freshForMs: number): boolean => {
  const { stages } = account;
  if (stages === null || now - stages.readAt > freshForMs) return false;
  // A trigger that no stage bears yet may be the new name of one that we know by its old.
  if (account.triggerStages.some((trigger) => trigger.id === null)) return false;
  // The id comes out of an unsigned part of a webhook: `constructor` must not find what every object inherits.
  const name = Object.hasOwn(stages.names, stageId) ? stages.names[stageId] : undefined;
  return name !== undefined && !isTriggerStage(account.triggerStages, { id: stageId, name });
};
