import type { ConsoleView } from '../console-view.ts';
import { openById } from './live-view.ts';
import { Moment } from './small-parts.tsx';

const sources = { lever: 'Lever', turn: 'Turn', integration: 'Integration', console: 'Console' } as const;

/** What happened, newest first; a line about a candidate opens that candidate. */
export const EventList = ({ eventLog }: { eventLog: ConsoleView['eventLog'] }) => (
  <section class="event-log" aria-labelledby="event-log-title">
    <h2 id="event-log-title">What happened</h2>
    <p class="unseen" role="status">
      {eventLog[0]?.text}
    </p>
    {eventLog.length === 0 ? (
      <p class="empty-state">Nothing yet. Each move, webhook, check, tag and note will stand here, newest first.</p>
    ) : (
      // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard
      <section class="scroll" aria-label="Everything that happened, newest first" tabIndex={0}>
        <ol>
          {eventLog.map(({ id, at, source, tone, text, candidateId }) => (
            <li key={id} class={tone}>
              <Moment at={at} />
              <span class={`source by-${source}`}>{sources[source]}</span>
              {candidateId === null ? (
                <span>{text}</span>
              ) : (
                <button type="button" class="line" onClick={() => openById(candidateId)}>
                  {text}
                </button>
              )}
            </li>
          ))}
        </ol>
      </section>
    )}
  </section>
);
