import { SAMPLE_PACKAGES } from '../sandbox/sample-people.ts';
import { packageTag } from './package-names.ts';
import type { StoryStage } from './story-stage.ts';

/** A ready-made story: something that happens in a recruiter's life, played on a new candidate. */
export type Story = {
  id: string;
  title: string;
  /** What happens and what to look for. */
  teaser: string;
  play(stage: StoryStage): Promise<void>;
};

const driver = packageTag(SAMPLE_PACKAGES.driver);
const standard = packageTag(SAMPLE_PACKAGES.standard);
const sixHours = 6 * 3600;

/** The stories in the order in which a newcomer should meet them. */
export const stories: readonly Story[] = [
  {
    id: 'clear',
    title: 'All clear',
    teaser: 'Moved, consented, nothing found. Watch the tag and the two notes.',
    play: async (stage) => {
      await stage.enter({ tags: [driver] });
      await stage.turnMoves(['consent', 'processing', 'approved']);
    },
  },
  {
    id: 'consider',
    title: 'Findings',
    teaser: 'Turn gives notice twice and rejects. Every step shows as a tag.',
    play: async (stage) => {
      await stage.enter({});
      await stage.turnMoves(['processing', 'pending', 'pending__first_notice', 'pending__second_notice', 'rejected']);
    },
  },
  {
    id: 'no-email',
    title: 'No e-mail',
    teaser: 'No check is started; one note says why and what to do.',
    play: (stage) => stage.enterInVain({ email: null }),
  },
  {
    id: 'two-packages',
    title: 'Two packages',
    teaser: 'Nobody guesses which one to buy: the note asks.',
    play: (stage) => stage.enterInVain({ tags: [standard, driver] }),
  },
  {
    id: 'one-word-name',
    title: 'One-word name',
    teaser: 'A check needs a first and a last name. The note says so.',
    play: (stage) => stage.enterInVain({ name: 'Zorander' }),
  },
  {
    id: 'misspelt-tag',
    title: 'Misspelt tag',
    teaser: '“TurnPackge:” is no package tag: the default is ordered, the note says so.',
    play: async (stage) => {
      await stage.enter({ tags: [driver.replace('TurnPackage', 'TurnPackge')] });
    },
  },
  {
    id: 'webhook-twice',
    title: 'Webhook twice',
    teaser: 'Lever delivers the same move again, and nothing happens twice.',
    play: async (stage) => {
      const { webhook } = await stage.enter({});
      stage.tell('Lever delivers the same webhook once more.');
      stage.deliverAgain(webhook);
    },
  },
  {
    id: 'lost-callback',
    title: 'Lost callback',
    teaser: 'Six hours later a look at the silent check finds the news.',
    play: async (stage) => {
      await stage.enter({});
      stage.loseNextCallback();
      await stage.turnMoves(['processing'], { isSeen: false });
      await stage.letPass(sixHours, 'Six hours pass.');
      await stage.untilTag('TurnStatus:processing');
    },
  },
  {
    id: 'lost-answer',
    title: 'Answer lost',
    teaser: 'Turn’s answer to the order is lost. The check is found, not ordered again.',
    play: async (stage) => {
      stage.loseAnswerToNextOrder();
      await stage.enter({}, { isSeen: false });
      await stage.untilOrderFails();
      await stage.letPass(5 * 60, 'Five minutes pass.');
      await stage.untilTag('TurnStatus:emailed');
    },
  },
  {
    id: 'turn-down',
    title: 'Turn is down',
    teaser: 'The order is tried again until it works: one check, one e-mail.',
    play: async (stage) => {
      stage.failNextOrders(2);
      await stage.enter({}, { isSeen: false });
      await stage.untilOrderFails();
      await stage.letPass(20 * 60, 'Twenty minutes pass.');
      await stage.untilOrderFails();
      await stage.letPass(20 * 60, 'Twenty more minutes pass.');
      await stage.untilTag('TurnStatus:emailed');
    },
  },
];
