import type { EventLog } from './event-log.ts';
import type { ScenarioSetup } from './scenario-setup.ts';
import { scenarios } from './scenarios.ts';

export type ScenarioView = {
  id: string;
  title: string;
  teaser: string;
  isPlaying: boolean;
  candidateId: string | null;
};

export type ScenarioRunner = {
  view(): ScenarioView[];
  /** Starts a scenario and lets it play. Throws for an unknown one, or one that plays already. */
  play(scenarioId: string): void;
};

/** Plays scenarios, each at most once at a time; the event log says how one went wrong. */
export const createScenarioRunner = (
  eventLog: EventLog,
  createSetup: (onCandidate: (candidateId: string) => void) => ScenarioSetup,
): ScenarioRunner => {
  const playing = new Set<string>();
  const candidates = new Map<string, string>();
  return {
    view: () =>
      scenarios.map(({ id, title, teaser }) => ({
        id,
        title,
        teaser,
        isPlaying: playing.has(id),
        candidateId: candidates.get(id) ?? null,
      })),
    play: (scenarioId) => {
      const scenario = scenarios.find(({ id }) => id === scenarioId);
      if (!scenario) throw new Error(`No scenario ${scenarioId}.`);
      if (playing.has(scenarioId)) throw new Error('This scenario is playing already: wait until it has ended.');
      playing.add(scenarioId);
      eventLog.tell(`Scenario “${scenario.title}”: ${scenario.teaser}`);
      void scenario
        .play(createSetup((candidateId) => candidates.set(scenarioId, candidateId)))
        .then(
          () => eventLog.tell(`The scenario “${scenario.title}” has ended.`, candidates.get(scenarioId)),
          (error: unknown) =>
            eventLog.tell(
              `The scenario “${scenario.title}” did not come to its end. ${error instanceof Error ? error.message : String(error)}`,
              candidates.get(scenarioId),
            ),
        )
        .finally(() => playing.delete(scenarioId));
    },
  };
};
