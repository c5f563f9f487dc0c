import { signal } from '@preact/signals';
import type { Call } from './call-api.ts';
import type { CandidateStory, Candidates, Usage } from './candidates-contract.ts';
import { candidateFilters } from './candidates-texts.ts';
import { type Loaded, load } from './loaded.ts';

/** How many pages are asked for where one holds nobody of those that are wanted. */
const mostEmptyPages = 5;

export type CandidatesList = ReturnType<typeof createCandidates>;

/** The account's candidates, as far as the page has read them: everybody, one group, or those whom a search names. */
export const createCandidates = (ask: Call) => {
  const shown = signal<Loaded<Candidates>>({ state: 'loading' });
  const usage = signal<Loaded<Usage>>({ state: 'loading' });
  /** Which of the filters is chosen. */
  const chosen = signal(0);
  /** What is searched for; empty: nobody. */
  const search = signal('');
  /** What is shown is an answer to this question; another may have been asked meanwhile. */
  let question = 0;

  const fetchPage = async (after: string | null): Promise<Candidates> => {
    const query = new URLSearchParams();
    const group = candidateFilters[chosen.value]?.group ?? null;
    if (search.value !== '') query.set('search', search.value);
    else if (group !== null) query.set('state', group);
    if (after !== null) query.set('after', after);
    return (await ask<Candidates>('GET', `/api/candidates?${query}`)).json;
  };

  /** A page with somebody on it, if there is one among the next few. */
  const fetchFilledPage = async (after: string | null): Promise<Candidates> => {
    let page = await fetchPage(after);
    for (let pages = 1; pages < mostEmptyPages; pages++) {
      if (page.candidates.length > 0 || page.next === null) break;
      page = await fetchPage(page.next);
    }
    return page;
  };

  /** Changes what is shown by what is fetched, unless something else was asked for meanwhile. */
  const change = async (
    fetched: Promise<Candidates>,
    by: (shown: Candidates, page: Candidates) => Candidates,
  ): Promise<void> => {
    const asked = question;
    const page = await fetched;
    if (asked === question && shown.value.state === 'ready')
      shown.value = { state: 'ready', value: by(shown.value.value, page) };
  };

  const show = (filter: number, sought = ''): Promise<void> => {
    question += 1;
    const asked = question;
    chosen.value = filter;
    search.value = sought;
    shown.value = { state: 'loading' };
    return load(
      shown,
      () => fetchFilledPage(null),
      () => asked === question,
    );
  };

  const loadUsage = (): Promise<void> => load(usage, async () => (await ask<Usage>('GET', '/api/usage')).json);

  return {
    shown,
    usage,
    chosen,
    search,

    /** Begins anew with one of the filters, or with a search. */
    show,
    loadUsage,

    /** Shows some more. */
    async more(): Promise<void> {
      if (shown.value.state !== 'ready' || shown.value.value.next === null) return;
      await change(fetchFilledPage(shown.value.value.next), (before, page) => ({
        ...page,
        candidates: [...before.candidates, ...without(page, before)],
      }));
    },

    /** Puts what has changed since on top; the further pages that are shown stay. */
    async refresh(): Promise<void> {
      if (shown.value.state !== 'ready') return;
      const isOnePage = shown.value.value.candidates.length <= 50;
      await change(fetchFilledPage(null), (before, page) =>
        isOnePage || page.next === null
          ? page
          : { ...before, candidates: [...page.candidates, ...without(before, page)] },
      );
      await loadUsage();
    },

    story: async (opportunityId: string): Promise<CandidateStory> =>
      (await ask<CandidateStory>('GET', `/api/candidates/${encodeURIComponent(opportunityId)}`)).json,
  };
};

/** Those of one page who are not on the other. */
const without = ({ candidates }: Candidates, other: Candidates): Candidates['candidates'] => {
  const known = new Set(other.candidates.map(({ opportunityId }) => opportunityId));
  return candidates.filter(({ opportunityId }) => !known.has(opportunityId));
};
