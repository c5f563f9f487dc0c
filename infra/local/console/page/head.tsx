import type { ConsoleView } from '../console-view.ts';
import { act, connection, play } from './live-view.ts';
import { shownDuration } from './times.ts';

const leaps = [
  ['1 minute', 60],
  ['1 hour', 3_600],
  ['6 hours', 21_600],
  ['1 day', 86_400],
] as const;

const workWords = ({ work }: ConsoleView): [tone: string, words: string] => {
  if (connection.value === 'lost') return ['bad', 'Not running: start it again with “npm start”'];
  if (work === null) return ['busy', 'Unknown'];
  const waiting = work.retryScheduled > 0 ? `, ${work.retryScheduled} waiting for another try` : '';
  const dead = work.dead > 0 ? `, ${work.dead} dead letters` : '';
  return [work.dead > 0 ? 'bad' : work.idle ? 'good' : 'busy', `${work.idle ? 'Idle' : 'Working'}${waiting}${dead}`];
};

/** The title, whether anything is being worked on, the clock, and the way to the settings page. */
export const Head = ({ shown }: { shown: ConsoleView }) => {
  const [tone, words] = workWords(shown);
  const ahead = shownDuration(shown.clockOffsetMs);
  return (
    <header class="head">
      <h1>
        Lever × Turn <span>sandbox console</span>
      </h1>
      <p class={`work ${tone}`} role="status">
        {words}
      </p>
      <fieldset class="leaps">
        <legend>Let time pass{ahead !== '' && ` (${ahead} ahead)`}</legend>
        {leaps.map(([name, seconds]) => (
          <button key={name} type="button" class="small" onClick={() => void act({ do: 'let-time-pass', seconds })}>
            {name}
          </button>
        ))}
      </fieldset>
      {shown.settingsUrl !== null && (
        <a class="button primary" href={shown.settingsUrl} target="_blank" rel="noreferrer">
          Settings page
        </a>
      )}
    </header>
  );
};

/** What a newcomer reads first, and scenarios to play. */
export const Introduction = ({ scenarios }: { scenarios: ConsoleView['scenarios'] }) => (
  <section class="introduction" aria-label="Introduction">
    <p>
      This is the whole product on your machine: a small Lever, a small Turn, and between them the integration, just as
      it would be deployed. Try first: drag a candidate into <strong>Reference check</strong>, watch the tag and the
      note appear, then press <strong>Next</strong> under Turn controls. Or play a scenario; everybody here is invented
      and nothing leaves this machine.
    </p>
    <section class="scenarios" aria-label="Ready-made scenarios">
      {scenarios.map(({ id, title, teaser, isPlaying }) => (
        <button key={id} type="button" class="scenario" disabled={isPlaying} onClick={() => play(id)}>
          <strong>{isPlaying ? `${title} …` : `▸ ${title}`}</strong>
          <span>{teaser}</span>
        </button>
      ))}
    </section>
  </section>
);
