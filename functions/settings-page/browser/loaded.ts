import { ApiFailure } from './call-api.ts';

/** Something that the page asks for. */
export type Loaded<T> = { state: 'loading' } | { state: 'failed'; failure: ApiFailure } | { state: 'ready'; value: T };

/** Loads into the signal, if that is still `wanted` by then. What was loaded before stays to be seen until the new is there. */
export const load = async <T>(
  into: { value: Loaded<T> },
  fetchValue: () => Promise<T>,
  isWanted: () => boolean = () => true,
): Promise<void> => {
  if (into.value.state !== 'ready') into.value = { state: 'loading' };
  let loaded: Loaded<T>;
  try {
    loaded = { state: 'ready', value: await fetchValue() };
  } catch (error) {
    loaded = { state: 'failed', failure: asFailure(error) };
  }
  if (isWanted()) into.value = loaded;
};

/** A failure of a call; anything else is a bug, and nobody's to catch. */
export const asFailure = (error: unknown): ApiFailure => {
  if (error instanceof ApiFailure) return error;
  throw error;
};
