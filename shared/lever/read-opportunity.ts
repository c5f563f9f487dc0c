import type { Phone } from '#shared/domain/candidate.ts';
import { isContactId, isLeverUserId } from '#shared/domain/ids.ts';
import type { Opportunity } from '#shared/domain/opportunity.ts';
import { fieldsOf, type LenientReader, textOf } from './lenient-reader.ts';

/**
 * The opportunity in our own words, or null where it lacks its id or its stage; whether it says when it entered that
 * stage matters only where the stage is a trigger. Everything else is read item by item, because one odd phone must not
 * lose a candidate. Recorded answers differ from the reference: `archived` is an object, stage ids are not all UUIDs,
 * e-mails and phones may be empty, null or missing, a phone may lack its type.
 */
export const readOpportunity = (raw: unknown, reader: LenientReader): Opportunity | null => {
  const fields = reader.fields(raw, 'opportunity');
  const unread = forbiddingDropped(reader);
  const opportunityId = reader.text(fields['id'], 'id');
  const stage = readStage(fields['stage'], reader);
  if (opportunityId === null || opportunityId === '' || stage === null) return null;
  const { items, text } = reader;
  const opportunity: Opportunity = {
    opportunityId,
    contactId: readContactId(fields['contact'], reader),
    confidentiality: text(fields['confidentiality'], 'confidentiality'),
    name: text(fields['name'], 'name') ?? '',
    emails: items(fields['emails'], 'emails', (email) => textOf(email) ?? null),
    phones: items(fields['phones'], 'phones', phoneOf),
    tags: items(fields['tags'], 'tags', tagOf),
    stage,
    stageChanges: items(fields['stageChanges'], 'stageChanges', (change) => {
      const { toStageId, updatedAt, userId } = fieldsOf(change) ?? {};
      const to = textOf(toStageId);
      const at = reader.time(updatedAt, 'stageChanges.updatedAt');
      return to === undefined || at === null ? null : { toStageId: to, updatedAt: at, ...readUserId(userId) };
    }),
    lastAdvancedAt: reader.time(fields['lastAdvancedAt'], 'lastAdvancedAt'),
    isArchived: isArchived(fields, reader),
    isAnonymized: reader.flag(fields['isAnonymized'], 'isAnonymized') ?? false,
    mayBeContacted: mayBeContacted(fields['dataProtection'], reader),
  };
  return forbiddingDropped(reader) > unread ? null : opportunity;
};

/** What chooses the package, or forbids a check: where it is there and cannot be read, nothing may be ordered as if it were absent. */
const forbiddingPlaces = [
  'tags',
  'isAnonymized',
  'archived',
  'dataProtection',
  'dataProtection.contact',
  'dataProtection.contact.allowed',
];

const forbiddingDropped = ({ dropped }: LenientReader): number =>
  forbiddingPlaces.reduce((sum, place) => sum + (dropped.get(place) ?? 0), 0);

/** A tag's text, or an object that holds it. */
const tagOf = (raw: unknown): string | null => {
  const fields = fieldsOf(raw) ?? {};
  return textOf(raw) ?? textOf(fields['text']) ?? textOf(fields['name']) ?? null;
};

/** An object under `expand=stage`, else the id alone. */
const readStage = (raw: unknown, reader: LenientReader): Opportunity['stage'] | null => {
  const { id, text } = fieldsOf(raw) ?? { id: raw };
  const stageId = reader.text(id, 'stage');
  if (stageId === null || stageId === '') return null;
  return { id: stageId, name: reader.text(text, 'stage.text') };
};

/** An object under `expand=contact`, else the id alone. */
const readContactId = (raw: unknown, reader: LenientReader): string | null => {
  const { id } = fieldsOf(raw) ?? { id: raw };
  const contactId = reader.text(id, 'contact');
  return contactId !== null && isContactId(contactId) ? contactId : null;
};

/** Who moved somebody is good to know and decides nothing: whatever is no id is as if it were absent. */
const readUserId = (raw: unknown): { userId?: string } => {
  const userId = textOf(raw);
  return userId !== undefined && isLeverUserId(userId) ? { userId } : {};
};

const phoneOf = (raw: unknown): Phone | null => {
  const { type, value } = fieldsOf(raw) ?? {};
  const text = textOf(value);
  return text === undefined ? null : { type: textOf(type) ?? null, text };
};

/** An object with a time or a reason, or a plain yes; the reference still prints the older shape, a time beside it. An empty object says nothing. */
const isArchived = ({ archived, archivedAt }: Readonly<Record<string, unknown>>, reader: LenientReader): boolean => {
  if (isSet(archivedAt)) return true;
  const fields = fieldsOf(archived);
  if (fields !== undefined) return isSet(fields['archivedAt']) || isSet(fields['reason']);
  if (Array.isArray(archived)) reader.drop('archived');
  return isSet(archived);
};

/** Is anything there? Whoever may be archived must not be checked, in whatever words Lever says so. */
const isSet = (value: unknown): boolean => ![undefined, null, '', false, 'false', 0].some((none) => none === value);

const mayBeContacted = (raw: unknown, reader: LenientReader): boolean => {
  const { contact } = reader.fields(raw, 'dataProtection');
  const { allowed } = reader.fields(contact, 'dataProtection.contact');
  return reader.flag(allowed, 'dataProtection.contact.allowed') !== false;
};
