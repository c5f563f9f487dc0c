import { tidied } from '#shared/domain/folded.ts';
import { isOpportunityId } from '#shared/domain/ids.ts';

/** What a search looks for. `message`: why it can look for nothing, for a person. */
export type Search =
  | { readonly kind: 'opportunity'; readonly opportunityId: string }
  | { readonly kind: 'turn_id'; readonly turnId: string }
  | { readonly kind: 'nothing'; readonly message: string };

/** Reads what a person typed or pasted: an opportunity's id, its address in Lever, or a Turn ID. */
export const readSearch = (text: string): Search => {
  const sought = tidied(text);
  if (/^C\d{1,20}$/iu.test(sought)) return { kind: 'turn_id', turnId: sought.toUpperCase() };
  const opportunityId = /\/(?:candidates|opportunities)\/([^/?#\s]+)/u.exec(sought)?.[1] ?? sought;
  // Lever writes its ids in small letters.
  if (isOpportunityId(opportunityId)) return { kind: 'opportunity', opportunityId: opportunityId.toLowerCase() };
  return {
    kind: 'nothing',
    message: 'Paste the candidate’s link or id from Lever, or a Turn ID: the letter C and digits.',
  };
};
