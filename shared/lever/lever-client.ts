import * as z from 'zod';
import { nullIfPermanent } from '#shared/domain/failure.ts';
import { isContactId } from '#shared/domain/ids.ts';
import type { Opportunity } from '#shared/domain/opportunity.ts';
import { createLeverCall, type LeverAccess, shaped } from './call-lever.ts';
import { readPhone } from './read-phone.ts';

/**
 * What we read of an opportunity; Lever may add fields. Recorded answers differ from the reference: `archived` is an
 * object, stage ids are not all UUIDs, e-mails and phones may be empty, null or missing, a phone may lack its type.
 */
export const opportunitySchema = z.object({
  id: z.string(),
  name: z.string().nullish(),
  emails: z.array(z.string().nullable()).nullish(),
  phones: z.array(z.object({ type: z.string().nullish(), value: z.string().nullish() }).nullable()).nullish(),
  tags: z.array(z.string().nullable()).nullish(),
  /** An object under `expand=stage`, else the id alone. */
  stage: z.union([z.string(), z.object({ id: z.string(), text: z.string().nullish() })]),
  stageChanges: z.array(z.object({ toStageId: z.string(), updatedAt: z.number() })).nullish(),
  lastAdvancedAt: z.number().nullish(),
  archived: z.unknown().optional(),
  /** The older shape, which the reference still prints. */
  archivedAt: z.number().nullish(),
  /** An object under `expand=contact`, else the id alone. */
  contact: z
    .union([z.string(), z.object({ id: z.string() })])
    .nullish()
    .catch(null),
  confidentiality: z.string().nullish().catch(null),
  isAnonymized: z.boolean().nullish(),
  dataProtection: z.object({ contact: z.object({ allowed: z.boolean().nullish() }).nullish() }).nullish(),
});

const readContactId = (contact: z.infer<typeof opportunitySchema>['contact']): string | null => {
  const id = typeof contact === 'object' ? contact?.id : contact;
  return id !== undefined && isContactId(id) ? id : null;
};

/** The opportunity in our own words. */
export const toOpportunity = (raw: z.infer<typeof opportunitySchema>): Opportunity => ({
  opportunityId: raw.id,
  contactId: readContactId(raw.contact),
  confidentiality: raw.confidentiality ?? null,
  name: raw.name ?? '',
  emails: (raw.emails ?? []).filter((email) => email !== null),
  phones: (raw.phones ?? []).flatMap((phone) =>
    phone?.value === null || phone?.value === undefined ? [] : [readPhone(phone.type ?? null, phone.value)],
  ),
  tags: (raw.tags ?? []).filter((tag) => tag !== null),
  stage:
    typeof raw.stage === 'string' ? { id: raw.stage, name: null } : { id: raw.stage.id, name: raw.stage.text ?? null },
  stageChanges: raw.stageChanges ?? [],
  lastAdvancedAt: raw.lastAdvancedAt ?? null,
  isArchived: (raw.archived ?? null) !== null || (raw.archivedAt ?? null) !== null,
  isAnonymized: raw.isAnonymized ?? false,
  mayBeContacted: raw.dataProtection?.contact?.allowed !== false,
});

/** Lever, for one account. Every method is one call (a list: one a page) and throws `lever_*` failures. */
export type Lever = ReturnType<typeof createLever>;

/** `next` leads to the page after this one; null: there is none. `isPartial`: Lever refused to list the confidential ones. */
export type OpportunityPage = {
  readonly opportunities: readonly Opportunity[];
  readonly next: string | null;
  readonly isPartial: boolean;
};

/**
 * One piece of work for which Lever is called. `reservationId` names it, for it may have to come back for its requests; `deadline`:
 * epoch milliseconds after which it must not call any more; `prepaid`: requests that it has acquired already.
 */
export type LeverWork = { readonly reservationId: string; readonly deadline?: number; readonly prepaid?: number };

const pageSchema = z.object({ data: z.array(z.unknown()), hasNext: z.boolean().nullish(), next: z.string().nullish() });
const foundSchema = z.object({ data: opportunitySchema });
const idSchema = z.object({ id: z.string() });
const stageSchema = z.object({ id: z.string(), text: z.string() });
/** Live answers hold the whole note and `noteId`; the reference shows `noteId` alone. */
const postedNoteSchema = z.object({ data: z.object({ noteId: z.string().optional(), id: z.string().optional() }) });
const noteSchema = z.object({
  id: z.string(),
  deletedAt: z.number().nullish(),
  fields: z.array(z.object({ value: z.unknown().optional() })),
});

/** Of a hundred each: more stages, or notes about one candidate, than there are. */
const mostPages = 50;

/** A client of Lever's data API for one account. */
export const createLever = (access: LeverAccess) => {
  const call = createLeverCall(access);
  const readPage = async (path: string, query: URLSearchParams, offset: string | null) => {
    query.set('limit', '100');
    if (offset !== null) query.set('offset', offset);
    const page = shaped(pageSchema, await call('GET', `${path}?${query}`));
    const next = page.hasNext === true ? (page.next ?? null) : null;
    // A place that leads to itself leads nowhere.
    return { items: page.data, next: next === offset ? null : next };
  };
  const list = async <T>(path: string, item: z.ZodType<T>): Promise<T[]> => {
    const items: T[] = [];
    let offset: string | null = null;
    let pages = 0;
    do {
      const page: Awaited<ReturnType<typeof readPage>> = await readPage(path, new URLSearchParams(), offset);
      items.push(...page.items.flatMap((each) => item.safeParse(each).data ?? []));
      offset = page.next;
      pages += 1;
    } while (offset !== null && pages < mostPages);
    return items;
  };
  const opportunityPath = (opportunityId: string): string => `/opportunities/${encodeURIComponent(opportunityId)}`;

  return {
    async readOpportunity(opportunityId: string): Promise<Opportunity> {
      const answer = await call('GET', `${opportunityPath(opportunityId)}?expand=stage`);
      return toOpportunity(shaped(foundSchema, answer).data);
    },
    /** The cheapest call there is, to learn whether Lever still lets us in. */
    async probe(): Promise<void> {
      await call('GET', '/stages?limit=1');
    },
    /** All stages of the account: id → name, in Lever's order. */
    async readStages(): Promise<Record<string, string>> {
      const stages = await list('/stages', stageSchema);
      return Object.fromEntries(stages.map((stage) => [stage.id, stage.text]));
    },
    async addTag(opportunityId: string, tag: string): Promise<void> {
      await call('POST', `${opportunityPath(opportunityId)}/addTags`, { tags: [tag] });
    },
    async removeTags(opportunityId: string, tags: readonly string[]): Promise<void> {
      await call('POST', `${opportunityPath(opportunityId)}/removeTags`, { tags });
    },
    /** Posts a note and answers its id; a secret one is seen by those only who have Lever's Sensitive Information Privileges. Not idempotent: after a lost answer, `readNotes` first. */
    async postNote(opportunityId: string, text: string, { secret } = { secret: false }): Promise<string> {
      const body = { value: text, ...(secret ? { secret } : {}) };
      const { data } = shaped(postedNoteSchema, await call('POST', `${opportunityPath(opportunityId)}/notes`, body));
      return data.noteId ?? data.id ?? '';
    },
    async readNotes(opportunityId: string): Promise<{ noteId: string; text: string }[]> {
      const notes = await list(`${opportunityPath(opportunityId)}/notes`, noteSchema);
      return notes
        .filter((note) => (note.deletedAt ?? null) === null)
        .map((note) => ({ noteId: note.id, text: note.fields.map((field) => String(field.value ?? '')).join('\n') }));
    },
    /** One page of the opportunities that are in the stage and moved since then, confidential ones too where our access covers them. */
    async listMovedSince(stageId: string, since: number, offset: string | null): Promise<OpportunityPage> {
      const query = new URLSearchParams({ stage_id: stageId, advanced_at_start: String(since) });
      // Without it, Lever leaves confidential ones out; with it, an access that does not cover them may be refused.
      const everything = new URLSearchParams([...query, ['confidentiality', 'all']]);
      const complete = await readPage('/opportunities', everything, offset).catch(nullIfPermanent);
      const { items, next } = complete ?? (await readPage('/opportunities', query, offset));
      const opportunities = items.flatMap((each) => opportunitySchema.safeParse(each).data ?? []);
      return { opportunities: opportunities.map(toOpportunity), next, isPartial: complete === null };
    },
    /** One page of the ids of opportunities deleted since then. */
    async listDeletedSince(
      since: number,
      offset: string | null,
    ): Promise<{ opportunityIds: string[]; next: string | null }> {
      const query = new URLSearchParams({ deleted_at_start: String(since) });
      const { items, next } = await readPage('/opportunities/deleted', query, offset);
      const ids = items.flatMap((each) => idSchema.safeParse(each).data?.id ?? []);
      return { opportunityIds: ids, next };
    },
    async deleteNote(opportunityId: string, noteId: string): Promise<void> {
      await call('DELETE', `${opportunityPath(opportunityId)}/notes/${encodeURIComponent(noteId)}`);
    },
  };
};

/** Where a person sees an opportunity in Lever, without its id at the end. Lever's answers show such addresses (`urls.show`), and its two hosts for people are named like those for apps. */
export const candidatesUrl = (apiUrl: string): string =>
  new URL('/candidates/', apiUrl.replace('://api.', '://hire.')).href;
