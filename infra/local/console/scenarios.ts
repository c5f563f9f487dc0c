import { SAMPLE_PACKAGES } from '../sandbox/sample-people.ts';
import { packageTag } from './package-names.ts';
import type { ScenarioSetup } from './scenario-setup.ts';

/** A ready-made scenario: something that happens in a recruiter's life, played on a new candidate. */
export type Scenario = {
  id: string;
  title: string;
  /** What happens and what to look for. */
  teaser: string;
  play(setup: ScenarioSetup): Promise<void>;
};

const driver = packageTag(SAMPLE_PACKAGES.driver);
const standard = packageTag(SAMPLE_PACKAGES.standard);
const sixHours = 6 * 3600;

/** The scenarios in the order in which a newcomer should meet them. */
export const scenarios: readonly Scenario[] = [
  {
    id: 'clear',
    title: 'All clear',
    teaser: 'Moved, consented, nothing found. Watch the tag and the two notes.',
    play: async (setup) => {
      await setup.enter({ tags: [driver] });
      await setup.turnMoves(['consent', 'processing', 'approved']);
    },
  },
  {
    id: 'consider',
    title: 'Findings',
    teaser: 'Turn gives notice twice and rejects. Every step shows as a tag.',
    play: async (setup) => {
      await setup.enter({});
      await setup.turnMoves(['processing', 'pending', 'pending__first_notice', 'pending__second_notice', 'rejected']);
    },
  },
  {
    id: 'no-email',
    title: 'No e-mail',
    teaser: 'No check is started; one note says why and what to do.',
    play: (setup) => setup.enterInVain({ email: null }),
  },
  {
    id: 'two-packages',
    title: 'Two packages',
    teaser: 'Nobody guesses which one to buy: the note asks.',
    play: (setup) => setup.enterInVain({ tags: [standard, driver] }),
  },
  {
    id: 'one-word-name',
    title: 'One-word name',
    teaser: 'A check needs a first and a last name. The note says so.',
    play: (setup) => setup.enterInVain({ name: 'Zorander' }),
  },
  {
    id: 'misspelt-tag',
    title: 'Misspelt tag',
    teaser: '“TurnPackge:” is no package tag: the default is ordered, the note says so.',
    play: async (setup) => {
      await setup.enter({ tags: [driver.replace('TurnPackage', 'TurnPackge')] });
    },
  },
  {
    id: 'webhook-twice',
    title: 'Webhook twice',
    teaser: 'Lever delivers the same move again, and nothing happens twice.',
    play: async (setup) => {
      const { webhook } = await setup.enter({});
      setup.tell('Lever delivers the same webhook once more.');
      setup.deliverAgain(webhook);
    },
  },
  {
    id: 'same-person-twice',
    title: 'Same person twice',
    teaser: 'A second application of the same person shows the same check: one order.',
    play: async (setup) => {
      await setup.enter({});
      await setup.enterAgain();
    },
  },
  {
    id: 'archived-then-back',
    title: 'Archived, then back',
    teaser: 'Nothing is ordered for who is archived. Once back, the check starts at once.',
    play: async (setup) => {
      await setup.enterArchived();
      await setup.unarchive();
    },
  },
  {
    id: 'lost-callback',
    title: 'Lost callback',
    teaser: 'Six hours later Turn is asked about the silent check, and the news is found.',
    play: async (setup) => {
      await setup.enter({});
      setup.loseNextCallback();
      await setup.turnMoves(['processing'], { isSeen: false });
      await setup.letPass(sixHours, 'Six hours pass.');
      await setup.untilTag('TurnStatus:processing');
    },
  },
  {
    id: 'lost-answer',
    title: 'Answer lost',
    teaser: 'Turn’s answer to the order is lost. The check is found, not ordered again.',
    play: async (setup) => {
      setup.loseAnswerToNextOrder();
      await setup.enter({}, { isSeen: false });
      await setup.untilOrderFails();
      await setup.letPass(5 * 60, 'Five minutes pass.');
      await setup.untilTag('TurnStatus:emailed');
    },
  },
  {
    id: 'turn-down',
    title: 'Turn is down',
    teaser: 'The order is tried again until it works: one check, one e-mail.',
    play: async (setup) => {
      setup.failNextOrders(2);
      await setup.enter({}, { isSeen: false });
      await setup.untilOrderFails();
      await setup.letPass(20 * 60, 'Twenty minutes pass.');
      await setup.untilOrderFails();
      await setup.letPass(20 * 60, 'Twenty more minutes pass.');
      await setup.untilTag('TurnStatus:emailed');
    },
  },
];
