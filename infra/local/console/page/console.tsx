import { signal } from '@preact/signals';
import { render } from 'preact';
import type { ConsoleView } from '../console-view.ts';
import { Board } from './board.tsx';
import { CandidatePanel } from './candidate-panel.tsx';
import { EventList } from './event-list.tsx';
import { Head, Introduction } from './head.tsx';
import { AuthorizedApps, Stages, Webhooks } from './lever-settings.tsx';
import { act, connect, objection, openCandidate, organizationId, view } from './live-view.ts';
import { Mailbox } from './mailbox.tsx';
import { Switch } from './small-parts.tsx';
import { TurnPanel } from './turn-panel.tsx';

const tabs = [
  ['Pipeline', Board],
  ['Stages', Stages],
  ['Webhooks', Webhooks],
  ['Authorized Apps', AuthorizedApps],
] as const;
const tab = signal<(typeof tabs)[number][0]>('Pipeline');

const LeverSide = ({ shown: { lever, organizations } }: { shown: ConsoleView }) => (
  <section class="lever" aria-labelledby="lever-title">
    <header class="side-head">
      <h2 id="lever-title">Lever</h2>
      {organizations.length > 1 ? (
        <select
          aria-label="Organization"
          value={lever.id}
          onChange={({ currentTarget }) => (organizationId.value = currentTarget.value)}
        >
          {organizations.map(({ id, name }) => (
            <option key={id} value={id}>
              {name}
            </option>
          ))}
        </select>
      ) : (
        <span class="hint">{lever.name}</span>
      )}
      <nav aria-label="Lever’s pages">
        {tabs.map(([name]) => (
          <button
            key={name}
            type="button"
            class="tab"
            {...(tab.value === name ? { 'aria-current': 'page' as const } : {})}
            onClick={() => (tab.value = name)}
          >
            {name}
          </button>
        ))}
      </nav>
      <Switch
        label="out of order"
        on={lever.isDown}
        onSwitch={(on) => void act({ do: 'outage', vendor: 'lever', on })}
      />
    </header>
    {tabs.map(([name, Page]) => tab.value === name && <Page key={name} lever={lever} />)}
  </section>
);

const Console = () => {
  const shown = view.value;
  if (shown === null) return <p class="loading">Loading the console …</p>;
  const candidate = openCandidate.value;
  return (
    <>
      <Head shown={shown} />
      <Introduction scenarios={shown.scenarios} />
      {objection.value !== null && (
        <p class="objection" role="alert">
          {objection.value}{' '}
          <button type="button" class="small" onClick={() => (objection.value = null)}>
            Close
          </button>
        </p>
      )}
      <main class={candidate === null ? '' : 'with-panel'}>
        <LeverSide shown={shown} />
        {candidate !== null && <CandidatePanel lever={shown.lever} turn={shown.turn} candidate={candidate} />}
        <TurnPanel turn={shown.turn} />
        <EventList eventLog={shown.eventLog} />
      </main>
      <Mailbox mails={shown.mails} />
    </>
  );
};

const root = document.getElementById('console');
if (root !== null) {
  connect();
  root.replaceChildren();
  render(<Console />, root);
}
