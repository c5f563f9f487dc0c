import { inventUuid, type Random } from './invented-values.ts';
import type { LeverOrganization, LeverStage } from './lever-records.ts';

/** A new stage at the end of the pipeline, as an admin adds it in Lever's settings. */
export const addStage = (organization: LeverOrganization, text: string, random: Random): LeverStage => {
  const stage = { id: inventUuid(random), text };
  organization.stages.push(stage);
  return stage;
};

/** Takes a stage out of the pipeline; false, and nothing happens, while candidates stand in it. */
export const deleteStage = (organization: LeverOrganization, stageId: string): boolean => {
  if ([...organization.opportunities.values()].some((opportunity) => opportunity.stageId === stageId)) return false;
  const at = organization.stages.findIndex(({ id }) => id === stageId);
  if (at >= 0) organization.stages.splice(at, 1);
  return true;
};

/** The bin beside a webhook's URL. */
export const removeWebhook = (organization: LeverOrganization, webhookId: string): void => {
  organization.webhooks = organization.webhooks.filter(({ id }) => id !== webhookId);
};
