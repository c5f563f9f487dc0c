import { signal } from '@preact/signals';
import type { Activity } from '#shared/domain/activity.ts';
import { activityFilters } from './activity-texts.ts';
import type { Call } from './call-api.ts';
import type { Activities } from './contract.ts';
import { type Loaded, load } from './loaded.ts';

/** What happened, as far as the page has read it: newest first, everything or one kind of thing. */
export const createActivityLog = (ask: Call) => {
  const shown = signal<Loaded<Activities>>({ state: 'loading' });
  /** Which of the filters is chosen. */
  const chosen = signal(0);

  const fetchPage = async (after: string | null): Promise<Activities> => {
    const query = new URLSearchParams({ limit: '50' });
    const kinds = activityFilters[chosen.value]?.kinds ?? null;
    if (kinds !== null) query.set('kind', kinds.join(','));
    if (after !== null) query.set('after', after);
    return (await ask<Activities>('GET', `/api/activity?${query}`)).json;
  };

  /** Changes what is shown by what is fetched, unless another kind of thing was chosen meanwhile. */
  const change = async (after: string | null, by: (shown: Activities, page: Activities) => Activities) => {
    const filter = chosen.value;
    const page = await fetchPage(after);
    if (filter === chosen.value && shown.value.state === 'ready')
      shown.value = { state: 'ready', value: by(shown.value.value, page) };
  };

  return {
    shown,
    chosen,

    /** Begins anew, with everything or one kind of thing. */
    show(filter: number): Promise<void> {
      chosen.value = filter;
      shown.value = { state: 'loading' };
      return load(
        shown,
        () => fetchPage(null),
        () => filter === chosen.value,
      );
    },

    /** Puts what has happened since on top; the older pages that are shown stay. */
    async refresh(): Promise<void> {
      if (shown.value.state === 'ready') await change(null, withNews);
    },

    /** Shows one page more. */
    async older(): Promise<void> {
      if (shown.value.state !== 'ready' || shown.value.value.next === null) return;
      await change(shown.value.value.next, (before, page) => ({
        activities: [...before.activities, ...page.activities],
        next: page.next,
      }));
    },
  };
};

/** Two lines are of the same thing. */
export const nameOf = ({ at, kind, opportunityId }: Activity): string => `${at} ${kind} ${opportunityId}`;

const withNews = (shown: Activities, newest: Activities): Activities => {
  const known = new Set(shown.activities.map(nameOf));
  const news = newest.activities.filter((each) => !known.has(nameOf(each)));
  // More happened than a page holds: what lies between would be missing.
  if (news.length === newest.activities.length) return newest;
  return { ...shown, activities: [...news, ...shown.activities].sort((one, other) => other.at - one.at) };
};
