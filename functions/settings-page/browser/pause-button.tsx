import { useSignal } from '@preact/signals';
import type { Overview } from './contract.ts';
import type { Model } from './model.ts';
import { Question } from './parts.tsx';
import { pauseWords as words } from './pause-texts.ts';
import { texts } from './texts.ts';
import { useAction } from './use-action.ts';

/** The brake: has nothing ordered until somebody resumes. Turn's own pause can only be looked at. */
export const PauseButton = ({ model, overview }: { model: Model; overview: Overview }) => {
  const { pause, user, health, connection } = overview;
  const isAsked = useSignal(false);
  const press = useAction(async () => {
    await model.ask('PUT', '/api/pause', { body: { paused: pause === null } });
    isAsked.value = false;
    model.notice.value = { tone: 'good', title: pause === null ? words.paused : words.resumed };
    await model.refresh();
  });
  if (pause?.by === 'turn') return <p class="hint">{words.byTurn}</p>;
  if (!user.maySettle || (pause === null && connection.state === 'not_connected')) return null;
  const label = pause === null ? words.pause : words.resume;
  const waiting = health.problems.find(({ code }) => code === 'paused')?.candidates ?? 0;
  return (
    <div class="actions">
      <button type="button" class={pause === null ? 'quiet' : 'primary'} onClick={() => (isAsked.value = true)}>
        {label}
      </button>
      {isAsked.value ? (
        <Question
          title={pause === null ? words.pauseTitle : words.resumeTitle}
          yes={label}
          no={texts.cancel}
          action={press}
          onNo={() => (isAsked.value = false)}
        >
          {pause === null ? (
            <ul>
              {words.pauseText.map((each) => (
                <li key={each}>{each}</li>
              ))}
            </ul>
          ) : (
            <p>{words.resumeText(waiting)}</p>
          )}
        </Question>
      ) : null}
    </div>
  );
};
