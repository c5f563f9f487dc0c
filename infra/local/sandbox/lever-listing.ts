import type { Answer } from './exchange.ts';
import { refused } from './lever-answers.ts';
import type { LeverOpportunity, LeverOrganization } from './lever-records.ts';

const LARGEST_PAGE = 100;

/** One page of a list. `next` is percent-encoded text that clients send back as a value, encoded once more. */
export const page = <T extends { id: string }>(
  items: T[],
  query: URLSearchParams,
  show: (item: T) => unknown = (item) => item,
): Answer => {
  const limit = Math.min(LARGEST_PAGE, Math.max(1, Number(query.get('limit') ?? LARGEST_PAGE) || LARGEST_PAGE));
  const offset = query.get('offset');
  const tokenFor = (id: string): string => encodeURIComponent(JSON.stringify([1, id]));
  const start = offset === null ? 0 : items.findIndex(({ id }) => tokenFor(id) === offset) + 1;
  if (offset !== null && start === 0) return refused(400, 'BadRequestError', 'Invalid offset token');
  const shown = items.slice(start, start + limit);
  const last = shown.at(-1);
  const hasNext = start + shown.length < items.length;
  return { status: 200, body: { data: shown.map(show), ...(hasNext && last && { next: tokenFor(last.id) }), hasNext } };
};

const within = (query: URLSearchParams, name: string, at: number | null): boolean => {
  const [start, end] = [query.get(`${name}_start`), query.get(`${name}_end`)];
  if (start === null && end === null) return true;
  return at !== null && (start === null || at >= Number(start)) && (end === null || at <= Number(end));
};

const oneOf = (query: URLSearchParams, name: string, held: readonly string[]): boolean => {
  const wanted = query.getAll(name);
  return wanted.length === 0 || wanted.some((value) => held.includes(value));
};

const confidentialityFits = (query: URLSearchParams, opportunity: LeverOpportunity, mayReadAll: boolean): boolean => {
  if (opportunity.confidentiality === 'confidential' && !mayReadAll) return false;
  const wanted = query.get('confidentiality') ?? 'non-confidential';
  return wanted === 'all' || opportunity.confidentiality === wanted;
};

/** The opportunities that the filters leave, newest first; confidential ones only where asked for and granted. */
export const listOpportunities = (
  organization: LeverOrganization,
  query: URLSearchParams,
  mayReadConfidential: boolean,
): LeverOpportunity[] => {
  const archived = query.get('archived');
  return [...organization.opportunities.values()]
    .filter((opportunity) => confidentialityFits(query, opportunity, mayReadConfidential))
    .filter((opportunity) => oneOf(query, 'stage_id', [opportunity.stageId]))
    .filter((opportunity) => oneOf(query, 'tag', opportunity.tags))
    .filter((opportunity) => oneOf(query, 'contact_id', [opportunity.contactId]))
    .filter((opportunity) => oneOf(query, 'email', organization.contacts.get(opportunity.contactId)?.emails ?? []))
    .filter((opportunity) => within(query, 'advanced_at', opportunity.lastAdvancedAt))
    .filter((opportunity) => within(query, 'created_at', opportunity.createdAt))
    .filter((opportunity) => within(query, 'updated_at', opportunity.updatedAt))
    .filter((opportunity) => archived === null || String(opportunity.archived !== null) === archived)
    .sort((a, b) => b.createdAt - a.createdAt || a.id.localeCompare(b.id));
};
