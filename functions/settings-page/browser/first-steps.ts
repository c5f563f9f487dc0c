import type { TriggerStage } from '#shared/domain/account.ts';
import { folded } from '#shared/domain/folded.ts';
import type { Overview, Stages } from './contract.ts';
import type { Draft } from './draft.ts';
import type { Loaded } from './loaded.ts';

export type StepName = 'connect' | 'stage' | 'packages' | 'try';
export type Step = { readonly name: StepName; readonly state: 'done' | 'next' | 'later' };

/** Whether a chosen stage and one of Lever's are the same: by id, or by name, for all stages of a name start checks. */
export const isSameStage = (chosen: TriggerStage, stage: { id: string; name: string }): boolean =>
  chosen.id === stage.id || folded(chosen.name) === folded(stage.name);

/**
 * What a new account has to do before its first check, in this order; null: that is behind it. Once a check has started,
 * nothing but connecting can be left: a package that was not chosen by then is left to Turn.
 */
export const firstSteps = (
  { connection, health }: Pick<Overview, 'connection' | 'health'>,
  { triggerStages, defaultPackageId }: Pick<Draft, 'triggerStages' | 'defaultPackageId'>,
  stages: Loaded<Stages>,
): readonly Step[] | null => {
  const hasChecked = health.lastCheckAt !== null;
  if (hasChecked && connection.state !== 'not_connected') return null;
  const isConnected = connection.state === 'connected';
  const own = stages.state === 'ready' && stages.value.readAt !== null ? stages.value.stages : null;
  const isInLever = (stage: TriggerStage): boolean =>
    own === null ? isConnected && stage.id !== null : own.some((each) => isSameStage(stage, each));
  const isDone: Readonly<Record<StepName, boolean>> = {
    connect: isConnected,
    stage: hasChecked || triggerStages.every(isInLever),
    packages: hasChecked || defaultPackageId !== '',
    try: hasChecked,
  };
  const next = names.find((name) => !isDone[name]);
  return names.map((name) => ({ name, state: isDone[name] ? 'done' : name === next ? 'next' : 'later' }));
};

const names: readonly StepName[] = ['connect', 'stage', 'packages', 'try'];
