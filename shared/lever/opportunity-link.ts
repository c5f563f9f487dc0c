import { isOpportunityId } from '#shared/domain/ids.ts';

/** `hire.lever.co/candidates/{id}`, on any of Lever's hosts for people and whatever follows; its API names the same thing an opportunity. */
const linkShape = /\/(?:candidates|opportunities)\/([\w-]+)(?:[/?#]|$)/u;

/** The opportunity that a link copied from Lever leads to, or that is named by its id alone; null: neither. */
export const readOpportunityLink = (text: string): string | null => {
  const pasted = text.trim();
  const opportunityId = pasted.includes('/') ? linkShape.exec(pasted)?.[1] : pasted;
  return opportunityId !== undefined && isOpportunityId(opportunityId) ? opportunityId : null;
};
