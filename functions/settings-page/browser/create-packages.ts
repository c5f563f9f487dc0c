import { signal } from '@preact/signals';
import type { KnownPackage, TagsReading } from '#shared/domain/packages.ts';
import { ApiFailure, type Call } from './call-api.ts';
import { type Loaded, load } from './loaded.ts';

type Answer = {
  readonly packages: readonly KnownPackage[];
  readonly turnAnswers: boolean;
  readonly leverTags: TagsReading;
};
/** The account's packages; `etag` names the version of those that people entered. */
export type Packages = Answer & { readonly etag: string };
export type EnteredPackage = { readonly id: string; readonly name: string };

/** The packages that the page knows, and how those change that are entered by hand. */
export const createPackages = (ask: Call) => {
  const list = signal<Loaded<Packages>>({ state: 'loading' });
  const keep = (value: Packages): Packages => {
    list.value = { state: 'ready', value };
    return value;
  };
  const fetchList = async (): Promise<Packages> => {
    const { json, etag } = await ask<Answer>('GET', '/api/packages');
    return { ...json, etag };
  };
  const save = async (known: Packages, change: (entered: EnteredPackage[]) => EnteredPackage[]): Promise<void> => {
    const entered = known.packages.flatMap(({ id, name, from }) =>
      from === 'entered' && name !== null ? [{ id, name }] : [],
    );
    const packages = change(entered);
    const { json, etag } = await ask<Answer>('PUT', '/api/packages', { body: { packages }, ifMatch: known.etag });
    keep({ ...json, etag });
  };
  /** Changes what was entered, on top of what somebody else may have changed meanwhile. */
  const change = async (how: (entered: EnteredPackage[]) => EnteredPackage[]): Promise<void> => {
    try {
      await save(list.value.state === 'ready' ? list.value.value : await fetchList(), how);
    } catch (error) {
      if (!(error instanceof ApiFailure) || error.kind !== 'stale') throw error;
      await save(keep(await fetchList()), how);
    }
  };
  return {
    list,
    load: (): Promise<void> => load(list, fetchList),
    /** Adds the package, or gives it this name. */
    enter: ({ id, name }: EnteredPackage): Promise<void> =>
      change((entered) =>
        entered.some((each) => each.id === id)
          ? entered.map((each) => (each.id === id ? { id, name } : each))
          : [...entered, { id, name }],
      ),
    remove: (id: string): Promise<void> => change((entered) => entered.filter((each) => each.id !== id)),
  };
};
