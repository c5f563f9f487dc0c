import type { Answer } from './exchange.ts';
import type { LeverContact, LeverNote, LeverOpportunity, LeverOrganization, LeverWebhook } from './lever-records.ts';

const BLANK_CONTACT = { name: '', headline: '', location: '', phones: [], emails: [], links: [] };

const contactFields = (contact: LeverContact) => {
  const { name, headline, location, phones, emails, links } = contact;
  return { name, headline, location, phones, emails, links };
};

const opportunityFields = (organization: LeverOrganization, opportunity: LeverOpportunity, contact: object) => {
  const { id, contactId, stageId, owner, createdAt, updatedAt, lastAdvancedAt } = opportunity;
  const { confidentiality, archived, tags, sources, stageChanges, origin, applications } = opportunity;
  const isAnonymized = organization.contacts.get(contactId)?.isAnonymized ?? false;
  return {
    id,
    ...contact,
    contact: contactId,
    stage: stageId,
    confidentiality,
    archived,
    tags,
    sources,
    stageChanges,
    origin,
    sourcedBy: owner,
    owner,
    followers: owner === null ? [] : [owner],
    applications,
    createdAt,
    updatedAt,
    lastInteractionAt: updatedAt ?? createdAt,
    lastAdvancedAt,
    snoozedUntil: null,
    urls: { list: 'https://hire.lever.co/candidates', show: `https://hire.lever.co/candidates/${id}` },
    isAnonymized,
    dataProtection: dataProtection(opportunity.contactAllowed),
  };
};

const dataProtection = (allowed: boolean | null) =>
  allowed === null ? null : { store: { allowed: true, expiresAt: null }, contact: { allowed, expiresAt: null } };

/** An opportunity as GET shows it. */
export const readOpportunity = (organization: LeverOrganization, opportunity: LeverOpportunity) => {
  const contact = organization.contacts.get(opportunity.contactId);
  const { opportunityLocation, shown } = opportunity;
  return {
    ...opportunityFields(organization, opportunity, contact ? { ...contactFields(contact), ...shown } : BLANK_CONTACT),
    ...(opportunityLocation !== undefined && { opportunityLocation }),
  };
};

/** An opportunity as a write answers it: the contact's part blank, no location (recorded 2026-07-02). */
export const writtenOpportunity = (organization: LeverOrganization, opportunity: LeverOpportunity) =>
  opportunityFields(organization, opportunity, BLANK_CONTACT);

/** A contact as GET shows it: here the location is an object. */
export const readContact = ({ id, name, headline, isAnonymized, location, emails, phones }: LeverContact) => ({
  id,
  name,
  headline,
  isAnonymized,
  location: { name: location },
  emails,
  phones,
  dataProtection: { interviewIntelligence: { allowed: true, expiresAt: null } },
});

/** A note with its text in `fields`, as GET shows it. */
export const readNote = (note: LeverNote) => {
  const { id, value, stageId, userId, secret, score, createdAt, deletedAt } = note;
  const field = { createdAt, score, stage: stageId, text: 'Comment', type: 'note', user: userId, value };
  return { id, text: 'Note', fields: [field], user: userId, secret, completedAt: createdAt, deletedAt, createdAt };
};

/** A webhook; its signature token is shown once, in the answer to its creation. */
export const readWebhook = (webhook: LeverWebhook, showToken: boolean) => {
  const { id, event, url, origins, signatureToken, createdAt, updatedAt } = webhook;
  const configuration = {
    ...(origins !== null && { conditions: { origins } }),
    ...(showToken && signatureToken !== null && { signatureToken }),
  };
  return { id, event, url, configuration, createdAt, updatedAt };
};

/** `{"data": …}`, the layer around everything Lever answers. */
export const found = (data: unknown, status = 200): Answer => ({ status, body: { data } });

/** 404 in Lever's words: `stages a80b… was not found`. */
export const notFound = (kind: string, id: string): Answer => ({
  status: 404,
  body: { code: 'ResourceNotFound', message: `${kind} ${id} was not found` },
});

/** A refusal in Lever's shape. Its code is documented for 401 and 404 only. */
export const refused = (status: number, code: string, message: string): Answer => ({ status, body: { code, message } });
