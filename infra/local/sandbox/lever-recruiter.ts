import { inventUuid, type Random } from './invented-values.ts';
import type { OddShape } from './lever-odd-shapes.ts';
import type { LeverContact, LeverNote, LeverOpportunity, LeverOrganization, LeverWebhook } from './lever-records.ts';
import type { LeverWebhooks } from './lever-webhooks.ts';
import type { Delivery } from './outbox.ts';

type NewOpportunity = {
  /** A person whom Lever has already; a new one, unless said. */
  contactId?: string;
  name: string;
  emails?: string[];
  phones?: { type: string; value: string }[];
  tags?: string[];
  stage?: string;
  origin?: string;
  confidentiality?: LeverOpportunity['confidentiality'];
};

/** What people do in Lever's own pages. Stages are named by id or by text. */
export type LeverRecruiter = {
  organization: LeverOrganization;
  stageId(idOrText: string): string;
  addOpportunity(candidate: NewOpportunity): LeverOpportunity;
  /** Another opportunity of the same person, at the beginning of the pipeline. */
  addOpportunityOf(opportunityId: string): LeverOpportunity;
  moveToStage(opportunityId: string, stage: string): Delivery[];
  addTag(opportunityId: string, tag: string): void;
  removeTag(opportunityId: string, tag: string): void;
  setName(opportunityId: string, name: string): void;
  setEmails(opportunityId: string, emails: string[]): void;
  setPhones(opportunityId: string, phones: string[]): void;
  setContactAllowed(opportunityId: string, allowed: boolean): void;
  setConfidentiality(opportunityId: string, confidentiality: LeverOpportunity['confidentiality']): void;
  /** Merges two people into one: every opportunity of the second is the first's from now on. */
  mergeContacts(keptId: string, mergedId: string): void;
  /** On Lever's page this sets the time of the last move too; by its API it does not (read from 1,004 records). */
  archive(opportunityId: string, reason?: string, where?: 'page' | 'api'): Delivery[];
  unarchive(opportunityId: string): Delivery[];
  anonymize(opportunityId: string): void;
  deleteOpportunity(opportunityId: string): Delivery[];
  renameStage(stageId: string, text: string): void;
  /** Has every read show the opportunity in this odd way; null: as it should be. */
  spoil(opportunityId: string, shape: OddShape | null): void;
  /** The tags as the candidate's page shows them. */
  tags(opportunityId: string): string[];
  /** The texts of the notes that are not deleted, oldest first. */
  notes(opportunityId: string): string[];
  setWebhook(webhook: { url: string; event?: string; signatureToken?: string | null }): LeverWebhook;
  verifyConnection(webhookId: string): Delivery;
};

/** The hands of a recruiter (and of a Super Admin) in one organization. */
export const createLeverRecruiter = (
  organization: LeverOrganization,
  options: { now: () => number; random: Random; webhooks: LeverWebhooks },
): LeverRecruiter => {
  const { now, random, webhooks } = options;
  const { stages, opportunities, contacts } = organization;

  const opportunity = (id: string): LeverOpportunity => {
    const found = opportunities.get(id);
    if (!found) throw new Error(`No opportunity ${id} in ${organization.name}.`);
    return found;
  };
  const contactOf = (id: string): LeverContact => {
    const found = contacts.get(opportunity(id).contactId);
    if (!found) throw new Error(`Opportunity ${id} has no contact.`);
    return found;
  };
  const personOf = (found: LeverOpportunity) => found.shown ?? contactOf(found.id);
  const stageId = (idOrText: string): string => {
    const found = stages.find(({ id, text }) => id === idOrText || text === idOrText);
    if (!found) throw new Error(`No stage ${idOrText} in ${organization.name}.`);
    return found.id;
  };
  const ids = ({ id, contactId }: LeverOpportunity) => ({ opportunityId: id, candidateId: id, contactId });
  const touch = (id: string): LeverOpportunity => {
    const found = opportunity(id);
    found.updatedAt = now();
    return found;
  };
  const setArchived = (id: string, toArchived: LeverOpportunity['archived']): Delivery[] => {
    const found = touch(id);
    const fromArchived = found.archived;
    found.archived = toArchived;
    const data = { ...ids(found), fromArchived, toArchived };
    return webhooks.emit(organization, 'candidateArchiveChange', data, found.origin);
  };
  const shownNote = (id: string) => (note: LeverNote) => note.opportunityId === id && note.deletedAt === null;

  const addOpportunity: LeverRecruiter['addOpportunity'] = ({
    name,
    emails = [],
    phones = [],
    tags = [],
    stage = 'applicant-new',
    ...rest
  }) => {
    const [id, newId, createdAt] = [inventUuid(random), inventUuid(random), now()];
    const known = contacts.get(rest.contactId ?? '');
    const contactId = known?.id ?? newId;
    const isOther = known !== undefined && known.name !== name;
    const links: string[] = [];
    const contact: LeverContact = {
      id: contactId,
      name,
      headline: '',
      location: '',
      emails,
      phones,
      links,
      isAnonymized: false,
    };
    if (known === undefined) contacts.set(contactId, contact);
    const toStageId = stageId(stage);
    const toStageIndex = stages.findIndex((candidate) => candidate.id === toStageId);
    const added: LeverOpportunity = {
      id,
      contactId,
      ...(isOther ? { shown: { name, emails, phones } } : {}),
      stageId: toStageId,
      confidentiality: rest.confidentiality ?? 'non-confidential',
      archived: null,
      contactAllowed: null,
      tags: [...tags],
      sources: ['Referral'],
      // Without a user, as in most of the recorded entries.
      stageChanges: [{ toStageId, toStageIndex, updatedAt: createdAt }],
      origin: rest.origin ?? 'applied',
      owner: organization.users[0]?.id ?? null,
      applications: [inventUuid(random)],
      createdAt,
      updatedAt: null,
      lastAdvancedAt: createdAt,
      opportunityLocation: 'Springfield',
    };
    opportunities.set(id, added);
    return added;
  };

  return {
    organization,
    stageId,
    addOpportunity,
    addOpportunityOf: (id) => {
      const { id: contactId, name } = contactOf(id);
      return addOpportunity({ contactId, name });
    },
    moveToStage: (id, stage) => {
      const found = opportunity(id);
      const [fromStageId, toStageId] = [found.stageId, stageId(stage)];
      if (fromStageId === toStageId) return [];
      // Two moves never share a time, not even on a clock that stands still.
      const updatedAt = Math.max(now(), (found.stageChanges.at(-1)?.updatedAt ?? 0) + 1);
      const toStageIndex = stages.findIndex((candidate) => candidate.id === toStageId);
      const userId = organization.users[0]?.id;
      found.stageChanges.push({ toStageId, toStageIndex, updatedAt, ...(userId && { userId }) });
      Object.assign(found, { stageId: toStageId, lastAdvancedAt: updatedAt, updatedAt });
      const data = { ...ids(found), toStageId, fromStageId };
      return webhooks.emit(organization, 'candidateStageChange', data, found.origin);
    },
    addTag: (id, tag) => {
      const found = touch(id);
      if (!found.tags.includes(tag)) found.tags.push(tag);
    },
    removeTag: (id, tag) => {
      const found = touch(id);
      found.tags = found.tags.filter((held) => held !== tag);
    },
    setName: (id, name) => {
      personOf(touch(id)).name = name;
    },
    setEmails: (id, emails) => {
      personOf(touch(id)).emails = [...emails];
    },
    setPhones: (id, phones) => {
      personOf(touch(id)).phones = phones.map((value) => ({ type: 'mobile', value }));
    },
    setContactAllowed: (id, allowed) => {
      touch(id).contactAllowed = allowed;
    },
    setConfidentiality: (id, confidentiality) => {
      touch(id).confidentiality = confidentiality;
    },
    mergeContacts: (keptId, mergedId) => {
      for (const each of opportunities.values()) if (each.contactId === mergedId) each.contactId = keptId;
      contacts.delete(mergedId);
    },
    archive: (id, reason = inventUuid(random), where = 'page') => {
      const archivedAt = now();
      if (where === 'page') opportunity(id).lastAdvancedAt = archivedAt;
      return setArchived(id, { reason, archivedAt });
    },
    unarchive: (id) => setArchived(id, null),
    anonymize: (id) => {
      delete touch(id).shown;
      const blank = { name: '', headline: '', location: '', emails: [], phones: [], links: [], isAnonymized: true };
      Object.assign(contactOf(id), blank);
    },
    deleteOpportunity: (id) => {
      const found = opportunity(id);
      const deletedBy = organization.users[0]?.id ?? '';
      opportunities.delete(id);
      organization.deleted.push({ ...found, deletedAt: now(), deletedBy });
      return webhooks.emit(organization, 'candidateDeleted', { ...ids(found), deletedBy }, found.origin);
    },
    renameStage: (id, text) => {
      for (const stage of stages) if (stage.id === id) stage.text = text;
    },
    spoil: (id, shape) => {
      if (shape === null) organization.oddShapes.delete(id);
      else organization.oddShapes.set(id, shape);
    },
    tags: (id) => [...opportunity(id).tags],
    notes: (id) => organization.notes.filter(shownNote(id)).map(({ value }) => value),
    setWebhook: (webhook) => webhooks.setByHand(organization, webhook),
    verifyConnection: (webhookId) => webhooks.verifyConnection(organization, webhookId),
  };
};
