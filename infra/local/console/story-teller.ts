import type { Chronicle } from './chronicle.ts';
import { stories } from './stories.ts';
import type { StoryStage } from './story-stage.ts';

export type StoryView = { id: string; title: string; teaser: string; isPlaying: boolean; candidateId: string | null };

export type StoryTeller = {
  view(): StoryView[];
  /** Starts a story and lets it play. Throws for an unknown one, or one that plays already. */
  play(storyId: string): void;
};

/** Plays stories, each at most once at a time; how a story went wrong is told in the chronicle. */
export const createStoryTeller = (
  chronicle: Chronicle,
  createStage: (onCandidate: (candidateId: string) => void) => StoryStage,
): StoryTeller => {
  const playing = new Set<string>();
  const candidates = new Map<string, string>();
  return {
    view: () =>
      stories.map(({ id, title, teaser }) => ({
        ...{ id, title, teaser, isPlaying: playing.has(id) },
        candidateId: candidates.get(id) ?? null,
      })),
    play: (storyId) => {
      const story = stories.find(({ id }) => id === storyId);
      if (!story) throw new Error(`No story ${storyId}.`);
      if (playing.has(storyId)) throw new Error('This story is playing already: wait until it has ended.');
      playing.add(storyId);
      chronicle.tell(`Story “${story.title}”: ${story.teaser}`);
      void story
        .play(createStage((candidateId) => candidates.set(storyId, candidateId)))
        .then(
          () => chronicle.tell(`The story “${story.title}” has ended.`, candidates.get(storyId)),
          (error: unknown) =>
            chronicle.tell(
              `The story “${story.title}” did not come to its end. ${error instanceof Error ? error.message : String(error)}`,
              candidates.get(storyId),
            ),
        )
        .finally(() => playing.delete(storyId));
    },
  };
};
