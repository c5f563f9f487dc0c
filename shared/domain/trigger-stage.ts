import type { Account, StageMap, TriggerStage } from './account.ts';

const sameName = (one: string, other: string): boolean =>
  one.trim().toLocaleLowerCase('en') === other.trim().toLocaleLowerCase('en');

/** Is this stage one that starts checks? A known id decides alone, so that a renamed stage stays the trigger; a name given by hand matches without regard to case and outer space. */
export const isTriggerStage = (
  triggers: readonly TriggerStage[],
  stage: { readonly id: string; readonly name: string | null },
): boolean =>
  triggers.some((trigger) =>
    trigger.id === null ? stage.name !== null && sameName(trigger.name, stage.name) : trigger.id === stage.id,
  );

/** The account with Lever's list of stages remembered, and trigger names replaced by ids where the list holds them. */
export const withStages = (account: Account, stages: StageMap): Account => ({
  ...account,
  stages,
  triggerStages: account.triggerStages.map((trigger) => {
    if (trigger.id !== null) return trigger;
    const found = Object.entries(stages.names).find(([, name]) => sameName(name, trigger.name));
    return found === undefined ? trigger : { id: found[0], name: trigger.name };
  }),
});

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
