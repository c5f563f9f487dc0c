import { readContact, readOpportunity } from './lever-answers.ts';
import type { LeverOpportunity, LeverOrganization } from './lever-records.ts';

/**
 * An opportunity with `expand` and `include` applied: expanding puts an object in an id's place, including leaves
 * only the named fields (and what was expanded, which wins).
 */
export const expandedOpportunity = (
  organization: LeverOrganization,
  opportunity: LeverOpportunity,
  query: URLSearchParams,
): Record<string, unknown> => {
  const { stageId, contactId, owner } = opportunity;
  const contact = organization.contacts.get(contactId);
  const person = organization.users.find((user) => user.id === owner);
  const objects: Record<string, unknown> = {
    stage: organization.stages.find((stage) => stage.id === stageId),
    contact: contact && readContact(contact),
    owner: person,
    sourcedBy: person,
    followers: person && [person],
  };
  const expand = query.getAll('expand').filter((name) => objects[name] !== undefined);
  const include = query.getAll('include');
  const whole: Record<string, unknown> = {
    ...readOpportunity(organization, opportunity),
    ...Object.fromEntries(expand.map((name) => [name, objects[name]])),
  };
  if (include.length === 0) return whole;
  const kept = [...include, ...expand].filter((name) => name in whole);
  return Object.fromEntries(kept.map((name) => [name, whole[name]]));
};
