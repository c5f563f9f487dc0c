import { computed, effect, signal } from '@preact/signals';
import type { Command } from '../commands.ts';
import type { CandidateView, ConsoleView } from '../console-view.ts';

/** What there is to see; null until the first news. */
export const view = signal<ConsoleView | null>(null);
export const connection = signal<'connecting' | 'live' | 'lost'>('connecting');
/** What could not be done last, as a sentence. */
export const objection = signal<string | null>(null);
export const organizationId = signal<string | null>(null);
export const openCandidateId = signal<string | null>(null);

export const openCandidate = computed<CandidateView | null>(
  () => view.value?.lever.candidates.find(({ id }) => id === openCandidateId.value) ?? null,
);

/** Opens a candidate, of whichever organization. */
export const openById = (candidateId: string | null): void => {
  openCandidateId.value = candidateId;
  if (candidateId !== null) organizationId.value = view.value?.organizationOf[candidateId] ?? organizationId.value;
};

/** The scenario whose candidate is to be opened as soon as there is one. */
const followed = signal<{ scenarioId: string; candidateBefore: string | null } | null>(null);

/** The candidate that a link of the settings page names, until it was opened. */
const linked = signal(new URLSearchParams(location.search).get('candidate'));

/** Keeps the view fresh; the browser connects again by itself after a restart of the server. */
export const connect = (): void => {
  effect(() => {
    const query = organizationId.value === null ? '' : `?organization=${encodeURIComponent(organizationId.value)}`;
    const events = new EventSource(`/api/events${query}`);
    events.onmessage = ({ data }: MessageEvent<string>) => {
      connection.value = 'live';
      view.value = JSON.parse(data);
    };
    events.onerror = () => {
      connection.value = 'lost';
    };
    return () => events.close();
  });
  effect(() => {
    const scenario = view.value?.scenarios.find(({ id }) => id === followed.value?.scenarioId);
    if (
      scenario === undefined ||
      scenario.candidateId === null ||
      scenario.candidateId === followed.value?.candidateBefore
    )
      return;
    openById(scenario.candidateId);
    followed.value = null;
  });
  effect(() => {
    if (view.value === null || linked.value === null) return;
    openById(linked.value);
    linked.value = null;
  });
};

/** Does something on the console; what it could not do becomes the objection. */
export const act = async (command: Command): Promise<void> => {
  objection.value = null;
  try {
    const answer = await fetch('/api/do', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(command),
    });
    if (answer.ok) return;
    const { error }: { error?: string } = await answer.json();
    objection.value = error ?? `The console answered ${answer.status}.`;
  } catch {
    objection.value = 'The console does not answer. Is “npm start” still running?';
  }
};

/** Plays a scenario and follows its candidate. */
export const play = (scenarioId: string): void => {
  const candidateBefore = view.value?.scenarios.find(({ id }) => id === scenarioId)?.candidateId ?? null;
  followed.value = { scenarioId, candidateBefore };
  void act({ do: 'play', scenarioId });
};
