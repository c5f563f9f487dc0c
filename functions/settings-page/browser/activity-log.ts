import { signal } from '@preact/signals';
import type { Activity } from '#shared/domain/activity.ts';
import { activityFilters } from './activity-texts.ts';
import type { Call } from './call-api.ts';
import type { Activities, ActivityLine } from './candidates-contract.ts';
import { type Loaded, load } from './loaded.ts';

/** What happened, as far as the page has read it: newest first, everything or one kind of thing. */
export const createActivityLog = (ask: Call) => {
  const shown = signal<Loaded<Activities>>({ state: 'loading' });
  /** Which of the filters is chosen. */
  const chosen = signal(0);

  const fetchPage = async (after: string | null, limit = 50): Promise<Activities> => {
    const query = new URLSearchParams({ limit: String(limit) });
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

    /** Everything that the filter lets through, shown or not, to the last page; tells how many lines it has so far. */
    async all(told: (lines: number) => void): Promise<ActivityLine[]> {
      const filter = chosen.value;
      const lines: ActivityLine[] = [];
      let after: string | null = null;
      do {
        const page: Activities = await fetchPage(after, 100);
        // Another filter was chosen meanwhile: what comes is of another kind.
        if (filter !== chosen.value) return [];
        lines.push(...page.activities);
        told(lines.length);
        after = page.next;
      } while (after !== null);
      return lines;
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
