import type * as z from 'zod/mini';
import { type CandidateGroup, candidateGroups, candidateOf, lastChangeOf } from '#shared/domain/candidate-state.ts';
import type { OpportunityRecord } from '#shared/domain/opportunity-record.ts';
import { isOrdered } from '#shared/domain/stage-entry.ts';
import type { Request } from '#shared/edge/authorize.ts';
import type { Answer } from '#shared/edge/http-handler.ts';
import type { AppPorts } from '#shared/vendors.ts';
import type { candidatesSchema } from './candidate-schemas.ts';
import { invalid } from './read-body.ts';
import { readSearch, type Search } from './read-search.ts';

type Page = z.infer<typeof candidatesSchema>;
type Wanted = { readonly group: CandidateGroup | null; readonly after: string | null };

const pageSize = 50;
/** How many hundreds of records an answer looks at in an account that is too large to be sorted. */
const mostReads = 10;

/** A page of the account's candidates, or those alone whom a search names. */
export const listCandidates = async ({ account, incoming }: Request, ports: AppPorts): Promise<Answer> => {
  const { state = '', search = '', after } = incoming.query;
  const group = candidateGroups.find((each) => each === state) ?? null;
  const sought = search.trim() === '' ? null : readSearch(search);
  const faults = {
    ...(state !== '' && group === null ? { state: `Choose one of these: ${candidateGroups.join(', ')}.` } : {}),
    ...(sought?.kind === 'nothing' ? { search: sought.message } : {}),
    ...(after === undefined || cursorShape.test(after) ? {} : { after: 'Take it from the page before.' }),
  };
  if (Object.keys(faults).length > 0) return invalid(faults);
  const { accountId } = account;
  const json =
    sought === null
      ? await pageOf(accountId, { group, after: after ?? null }, ports)
      : await find(accountId, sought, ports);
  return { status: 200, json };
};

const find = async (accountId: string, search: Search, ports: AppPorts): Promise<Page> => {
  const loaded = await Promise.all(
    (await idsOf(accountId, search, ports)).map((id) => ports.records.load(accountId, id)),
  );
  const found = loaded.flatMap(({ record, version }) => (version !== null && matches(record, search) ? record : []));
  return { candidates: newestFirst(found).map(candidateOf), order: 'newest', next: null };
};

const idsOf = async (accountId: string, search: Search, { records }: AppPorts): Promise<string[]> => {
  if (search.kind === 'turn_id') return records.findByTurnId(accountId, search.turnId);
  return search.kind === 'opportunity' ? [search.opportunityId] : [];
};

const matches = ({ entries, erasedAt }: OpportunityRecord, search: Search): boolean =>
  erasedAt === null &&
  (search.kind !== 'turn_id' || entries.filter(isOrdered).some(({ turnId }) => turnId === search.turnId));

/** The newest first, of as many as can be sorted at once; of more, in the order of the table. */
const pageOf = async (accountId: string, wanted: Wanted, { records }: AppPorts): Promise<Page> => {
  if (wanted.after?.startsWith('id.') !== true) {
    const first = await records.listFirst(accountId);
    if (first.isComplete) return newestPage(first.records, wanted);
  }
  return pageById(accountId, wanted, records);
};

const newestPage = (records: readonly OpportunityRecord[], { group, after }: Wanted): Page => {
  const found = newestFirst(records.filter((record) => isWanted(record, group)));
  const rest = after === null ? found : found.filter((record) => cursorOf(record) < after);
  const shown = rest.slice(0, pageSize);
  const last = rest.length === shown.length ? undefined : shown.at(-1);
  return { candidates: shown.map(candidateOf), order: 'newest', next: last === undefined ? null : cursorOf(last) };
};

const pageById = async (accountId: string, { group, after }: Wanted, { list }: AppPorts['records']): Promise<Page> => {
  const found: OpportunityRecord[] = [];
  let from = after?.startsWith('id.') === true ? after.slice('id.'.length) : null;
  for (let read = 0; read < mostReads; read++) {
    const page = await list(accountId, from === null ? null : `OPPORTUNITY#${from}`);
    for (const record of page.records) {
      from = record.opportunityId;
      if (isWanted(record, group)) found.push(record);
      if (found.length === pageSize) return byId(found, from);
    }
    if (page.next === null) return byId(found, null);
  }
  return byId(found, from);
};

const byId = (found: readonly OpportunityRecord[], from: string | null): Page => ({
  candidates: found.map(candidateOf),
  order: 'id',
  next: from === null ? null : `id.${from}`,
});

const isWanted = (record: OpportunityRecord, group: CandidateGroup | null): boolean =>
  record.erasedAt === null && (group === null || candidateOf(record).state.group === group);

/** `{time}.{opportunity}` where the newest come first, `id.{opportunity}` where they come by id. */
const cursorShape = /^(?:\d{15}|id)\.[A-Za-z0-9-]{1,64}$/u;

const cursorOf = (record: OpportunityRecord): string =>
  `${String(lastChangeOf(record)).padStart(15, '0')}.${record.opportunityId}`;

const newestFirst = (records: readonly OpportunityRecord[]): OpportunityRecord[] =>
  records.toSorted((one, other) => (cursorOf(one) < cursorOf(other) ? 1 : -1));
