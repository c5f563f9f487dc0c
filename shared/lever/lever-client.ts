import * as z from 'zod';
import { Failure } from '#shared/domain/failure.ts';
import type { Opportunity } from '#shared/domain/opportunity.ts';
import { parseJson } from '#shared/http/parse-json.ts';
import { type HttpAnswer, type HttpRequest, NoAnswer, type SendRequest } from '#shared/http/send-request.ts';
import { opportunitySchema, toOpportunity } from './opportunity-shape.ts';

/** Lever, for one account. Every method is one call (a list: one a page) and throws `lever_*` failures. */
export type Lever = {
  readOpportunity(opportunityId: string): Promise<Opportunity>;
  /** All stages of the account: id → name. */
  readStages(): Promise<Record<string, string>>;
  addTag(opportunityId: string, tag: string): Promise<void>;
  removeTags(opportunityId: string, tags: readonly string[]): Promise<void>;
  /** Posts a note and answers its id. Not idempotent: after a lost answer, `readNotes` first. */
  postNote(opportunityId: string, text: string): Promise<string>;
  readNotes(opportunityId: string): Promise<{ noteId: string; text: string }[]>;
  deleteNote(opportunityId: string, noteId: string): Promise<void>;
  /** One page of the opportunities that are in the stage and moved since then, confidential ones too where our access covers them. */
  listMovedSince(stageId: string, since: number, offset: string | null): Promise<OpportunityPage>;
  /** One page of the ids of opportunities deleted since then. */
  listDeletedSince(since: number, offset: string | null): Promise<{ opportunityIds: string[]; next: string | null }>;
};

/** `next` leads to the page after this one; null: there is none. */
export type OpportunityPage = { readonly opportunities: readonly Opportunity[]; readonly next: string | null };

/**
 * Opens Lever for one piece of work. `holder` names the work, for it may have to come back for its slots; `notAfter`:
 * epoch milliseconds after which it must not call any more; `prepaid`: slots that it holds already.
 */
export type OpenLever = (
  accountId: string,
  work: { readonly holder: string; readonly notAfter?: number; readonly prepaid?: number },
) => Lever;

export type LeverAccess = {
  readonly apiUrl: string;
  readonly send: SendRequest;
  /** Epoch milliseconds after which nothing more is sent; null: no limit. */
  readonly notAfter: number | null;
  /** A valid access token; `refused` is one that Lever has just answered 401 to. */
  accessToken(refused: string | null): Promise<string>;
  /** Slots taken beforehand for what this client will call. */
  readonly prepaid: number;
  /** Takes one slot of the account's request budget, or throws `lever_slot_reserved`. */
  takeSlot(): Promise<void>;
};

const timeoutMs = 5_000;
const pageSchema = z.object({ data: z.array(z.unknown()), hasNext: z.boolean().nullish(), next: z.string().nullish() });
const stageSchema = z.object({ id: z.string(), text: z.string() });
/** Live answers hold the whole note and `noteId`; the reference shows `noteId` alone. */
const postedNoteSchema = z.object({ data: z.object({ noteId: z.string().optional(), id: z.string().optional() }) });
const noteSchema = z.object({
  id: z.string(),
  deletedAt: z.number().nullish(),
  fields: z.array(z.object({ value: z.unknown().optional() })),
});

/** A client of Lever's data API for one account. */
export const createLever = (given: LeverAccess): Lever => {
  let { prepaid } = given;
  const access: LeverAccess = {
    ...given,
    takeSlot: async () => {
      if (prepaid > 0) prepaid -= 1;
      else await given.takeSlot();
    },
  };
  const call = async (method: HttpRequest['method'], path: string, body: unknown = null): Promise<HttpAnswer> => {
    const token = await access.accessToken(null);
    const answer = await callAs(access, token, method, path, body);
    if (answer.status !== 401) return accepted(answer);
    return accepted(await callAs(access, await access.accessToken(token), method, path, body));
  };
  const readPage = async (path: string, query: URLSearchParams, offset: string | null) => {
    query.set('limit', '100');
    if (offset !== null) query.set('offset', offset);
    const page = shaped(pageSchema, await call('GET', `${path}?${query}`));
    return { items: page.data, next: page.hasNext === true ? (page.next ?? null) : null };
  };
  const list = async <T>(path: string, item: z.ZodType<T>): Promise<T[]> => {
    const items: T[] = [];
    let offset: string | null = null;
    do {
      const page: Awaited<ReturnType<typeof readPage>> = await readPage(path, new URLSearchParams(), offset);
      items.push(...page.items.flatMap((each) => item.safeParse(each).data ?? []));
      offset = page.next;
    } while (offset !== null);
    return items;
  };
  const opportunityPath = (opportunityId: string): string => `/opportunities/${encodeURIComponent(opportunityId)}`;

  return {
    async readOpportunity(opportunityId) {
      const answer = await call('GET', `${opportunityPath(opportunityId)}?expand=stage`);
      return toOpportunity(shaped(z.object({ data: opportunitySchema }), answer).data);
    },
    async readStages() {
      const stages = await list('/stages', stageSchema);
      return Object.fromEntries(stages.map((stage) => [stage.id, stage.text]));
    },
    async addTag(opportunityId, tag) {
      await call('POST', `${opportunityPath(opportunityId)}/addTags`, { tags: [tag] });
    },
    async removeTags(opportunityId, tags) {
      await call('POST', `${opportunityPath(opportunityId)}/removeTags`, { tags });
    },
    async postNote(opportunityId, text) {
      const { data } = shaped(
        postedNoteSchema,
        await call('POST', `${opportunityPath(opportunityId)}/notes`, { value: text }),
      );
      return data.noteId ?? data.id ?? '';
    },
    async readNotes(opportunityId) {
      const notes = await list(`${opportunityPath(opportunityId)}/notes`, noteSchema);
      return notes
        .filter((note) => (note.deletedAt ?? null) === null)
        .map((note) => ({ noteId: note.id, text: note.fields.map((field) => String(field.value ?? '')).join('\n') }));
    },
    async listMovedSince(stageId, since, offset) {
      const query = new URLSearchParams({ stage_id: stageId, advanced_at_start: String(since) });
      // Without it, Lever leaves confidential ones out; with it, an access that does not cover them may be refused.
      const everything = new URLSearchParams([...query, ['confidentiality', 'all']]);
      const page = await readPage('/opportunities', everything, offset).catch((error: unknown) => {
        if (error instanceof Failure && error.kind === 'final') return readPage('/opportunities', query, offset);
        throw error;
      });
      const opportunities = page.items.flatMap((each) => opportunitySchema.safeParse(each).data ?? []);
      return { opportunities: opportunities.map(toOpportunity), next: page.next };
    },
    async listDeletedSince(since, offset) {
      const query = new URLSearchParams({ deleted_at_start: String(since) });
      const { items, next } = await readPage('/opportunities/deleted', query, offset);
      const ids = items.flatMap((each) => z.object({ id: z.string() }).safeParse(each).data?.id ?? []);
      return { opportunityIds: ids, next };
    },
    async deleteNote(opportunityId, noteId) {
      await call('DELETE', `${opportunityPath(opportunityId)}/notes/${encodeURIComponent(noteId)}`);
    },
  };
};

const callAs = async (
  access: LeverAccess,
  token: string,
  method: HttpRequest['method'],
  path: string,
  body: unknown,
): Promise<HttpAnswer> => {
  await access.takeSlot();
  const request: HttpRequest = {
    method,
    url: new URL(`${access.apiUrl}${path}`),
    headers: {
      authorization: `Bearer ${token}`,
      accept: 'application/json',
      ...(body === null ? {} : { 'content-type': 'application/json' }),
    },
    body: body === null ? null : JSON.stringify(body),
    timeoutMs,
    notAfter: access.notAfter,
  };
  try {
    const answer = await access.send(request);
    const elsewhere = regionOf(answer, request.url);
    return elsewhere === null ? answer : await access.send({ ...request, url: elsewhere });
  } catch (error) {
    if (error instanceof NoAnswer) throw new Failure('lever_unavailable', `Lever did not answer (${error.message}).`);
    throw error;
  }
};

/** Lever redirects EU customers to their data centre. The request goes there whole, but only to Lever itself. */
const regionOf = (answer: HttpAnswer, asked: URL): URL | null => {
  const { location } = answer.headers;
  if (![301, 302, 307, 308].includes(answer.status) || typeof location !== 'string') return null;
  if (!URL.canParse(location, asked.href)) return null;
  const target = new URL(location, asked);
  return target.protocol === 'https:' && target.hostname.endsWith('.lever.co') ? target : null;
};

const accepted = (answer: HttpAnswer): HttpAnswer => {
  const { status } = answer;
  if (status >= 200 && status < 300) return answer;
  if (status === 401) throw new Failure('lever_grant_lapsed', 'Lever no longer accepts our access.');
  if (status === 403) throw new Failure('lever_forbidden', 'Lever forbids this to our integration.');
  if (status === 404) throw new Failure('lever_not_found', 'Lever does not know what was asked for.');
  if (status === 429) throw new Failure('lever_rate_limited', 'Lever asks for fewer requests.', retryAfterOf(answer));
  if (status >= 400 && status < 500) throw new Failure('lever_refused', `Lever refused a request (${status}).`);
  throw new Failure('lever_unavailable', `Lever answered ${status}.`);
};

const retryAfterOf = (answer: HttpAnswer): number | null => {
  const seconds = Number(answer.headers['retry-after']);
  return Number.isFinite(seconds) && seconds > 0 ? seconds * 1000 : null;
};

const shaped = <T>(schema: z.ZodType<T>, answer: HttpAnswer): T => {
  const parsed = schema.safeParse(parseJson(answer.body));
  if (!parsed.success) throw new Failure('lever_unexpected_answer', 'Lever answered in an unknown shape.');
  return parsed.data;
};
