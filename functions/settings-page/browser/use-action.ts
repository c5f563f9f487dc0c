import { useSignal } from '@preact/signals';
import type { ApiFailure } from './call-api.ts';
import { asFailure } from './loaded.ts';

export type Action = {
  readonly isBusy: boolean;
  readonly failure: ApiFailure | null;
  /** Begins, unless it is under way already. */
  readonly run: () => void;
};

/** Something that a button does: not twice at the same time, and its failure shown beside it. */
export const useAction = (work: () => Promise<void>): Action => {
  const isBusy = useSignal(false);
  const failure = useSignal<ApiFailure | null>(null);
  const run = async (): Promise<void> => {
    if (isBusy.value) return;
    isBusy.value = true;
    failure.value = null;
    try {
      await work();
    } catch (error) {
      failure.value = asFailure(error);
    } finally {
      isBusy.value = false;
    }
  };
  return { isBusy: isBusy.value, failure: failure.value, run: () => void run() };
};
