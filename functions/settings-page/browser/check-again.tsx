import { useSignal } from '@preact/signals';
import type { Model } from './model.ts';
import { FailureText } from './parts.tsx';
import { checkAgainTexts as words } from './try-texts.ts';
import { useAction } from './use-action.ts';

const saidForMs = 60_000;

/** Has a candidate looked at again, which takes about a minute. */
export const CheckAgain = ({ model, opportunityId }: { model: Model; opportunityId: string }) => {
  const isAsked = useSignal(false);
  const ask = useAction(async () => {
    await model.ask('POST', `/api/candidates/${encodeURIComponent(opportunityId)}/decide`);
    isAsked.value = true;
    setTimeout(() => {
      isAsked.value = false;
      model.refresh().catch(() => undefined);
    }, saidForMs);
  });
  return (
    <span class="check-again">
      <button
        type="button"
        class="link"
        aria-label={`${words.button}: ${opportunityId}`}
        aria-disabled={ask.isBusy || isAsked.value}
        onClick={() => {
          if (!isAsked.value) ask.run();
        }}
      >
        {ask.isBusy ? words.busy : words.button}
      </button>{' '}
      <span class="quiet" role="status">
        {isAsked.value ? words.done : ''}
      </span>
      <FailureText failure={ask.failure} />
    </span>
  );
};
