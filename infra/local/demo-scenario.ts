import { type DemoSetup, ScenarioFault, type Shown, waitFor } from './demo-setup.ts';
import type { LocalStack } from './local-stack.ts';
import type { LeverModel } from './sandbox/lever-model.ts';
import type { Delivery } from './sandbox/outbox.ts';
import { SAMPLE_PACKAGES, samplePeople } from './sandbox/sample-people.ts';
import type { TurnModel } from './sandbox/turn-model.ts';

type Scene = { stack: LocalStack; setup: DemoSetup; lever: LeverModel; turn: TurnModel; say: (line: string) => void };

const { tagged, withoutEmail, untagged } = samplePeople;
const TRIGGER = 'Reference check';

const showsTag = async ({ setup, say }: Scene, name: string, tag: string): Promise<void> => {
  const shown = (): Shown => setup.shown(name);
  await waitFor(`${name} to carry ${tag} alone`, () => shown().statusTags.join() === tag, shown);
  say(`   Lever shows the tag ${tag}`);
};

const showsNote = async ({ setup, say }: Scene, name: string, words: string): Promise<void> => {
  const shown = (): Shown => setup.shown(name);
  const find = (): string | undefined => shown().notes.find((note) => note.includes(words));
  await waitFor(`a note with "${words}" for ${name}`, () => find() !== undefined, shown);
  for (const line of find()?.split('\n') ?? []) say(`   | ${line}`);
};

const isIdle = async ({ stack }: Scene): Promise<void> => {
  while (!(await stack.state()).idle) await new Promise((resolve) => setTimeout(resolve, 25));
};

const isAccepted = async (scene: Scene, delivery: Delivery | undefined): Promise<void> => {
  await waitFor(
    'the webhook to be accepted',
    () => delivery?.state === 'accepted',
    () => delivery,
  );
  await isIdle(scene);
};

const startsACheck = async (scene: Scene, name: string): Promise<void> => {
  const { setup, say } = scene;
  await waitFor(
    `one check at Turn for ${name}`,
    () => setup.check(name) !== undefined,
    () => setup.shown(name),
  );
  const check = setup.check(name);
  say(`   Turn has one new check, ${check?.turnId}, with package ${check?.packageId}, and writes to the candidate`);
  await showsTag(scene, name, 'TurnStatus:emailed');
  await showsNote(scene, name, check?.turnId ?? '');
};

/** Plays the whole scenario on the sandboxes; throws a ScenarioFault where it goes otherwise than told. */
export const playScenario = async (scene: Scene): Promise<void> => {
  const { setup, lever, turn, say } = scene;
  const { recruiter } = setup;

  say(`1. ${tagged.name} carries the tag "${tagged.tags.at(-1)}".`);
  say(`   The recruiter moves the candidate to "${TRIGGER}".`);
  const [webhook] = recruiter.moveToStage(setup.opportunityId(tagged.name), TRIGGER);
  await startsACheck(scene, tagged.name);

  say('2. The check goes on.');
  const workerId = setup.check(tagged.name)?.workerId ?? '';
  for (const [state, tag] of [
    ['consent', 'TurnStatus:consent'],
    ['processing', 'TurnStatus:processing'],
    ['approved', 'TurnStatus:clear'],
  ] as const) {
    say(`   Turn: ${state}`);
    turn.advance(workerId, state);
    await showsTag(scene, tagged.name, tag);
  }
  await showsNote(scene, tagged.name, workerId);

  say(`3. ${withoutEmail.name} has no e-mail address and is moved to "${TRIGGER}".`);
  recruiter.moveToStage(setup.opportunityId(withoutEmail.name), TRIGGER);
  await showsTag(scene, withoutEmail.name, 'TurnStatus:error');
  await showsNote(scene, withoutEmail.name, 'e-mail');

  say(`4. ${untagged.name} carries no TurnPackage tag; first a stage that does not matter, then the right one.`);
  const [ignored] = recruiter.moveToStage(setup.opportunityId(untagged.name), 'Phone screen');
  await isAccepted(scene, ignored);
  if (setup.check(untagged.name)) throw new ScenarioFault('Expected no check for "Phone screen"; there was one.');
  say('   "Phone screen": nothing happens');
  recruiter.moveToStage(setup.opportunityId(untagged.name), TRIGGER);
  await startsACheck(scene, untagged.name);

  say('5. An admin runs the first webhook again.');
  await isIdle(scene);
  const done = (): string => {
    const calls = lever.requests.filter(({ path }) => path.includes(setup.opportunityId(tagged.name)));
    return `${turn.checks.length} checks and ${calls.length} calls to Lever for the candidate`;
  };
  const before = done();
  await isAccepted(scene, lever.redeliver(webhook?.id ?? ''));
  if (done() !== before) throw new ScenarioFault(`Expected ${before}, as before; there were ${done()}.`);
  say('   It is accepted, and nothing happens: no check, no call to Lever');
};

const END: Record<string, { tag: string; notes: RegExp[]; packages: string[] }> = {
  [tagged.name]: {
    tag: 'TurnStatus:clear',
    notes: [/Turn ID/, /https:\/\/partners\.turn\.ai\/workers\//],
    packages: [SAMPLE_PACKAGES.driver],
  },
  [withoutEmail.name]: { tag: 'TurnStatus:error', notes: [/e-mail/], packages: [] },
  [untagged.name]: { tag: 'TurnStatus:emailed', notes: [/Turn ID/], packages: [SAMPLE_PACKAGES.standard] },
};

/** What Lever's sandbox and Turn's should show at the end and do not, as sentences; none when the scenario ended well. */
export const wrongAtTheEnd = (setup: DemoSetup): string[] =>
  Object.entries(END).flatMap(([name, { tag, notes, packages }]) => {
    const shown = setup.shown(name);
    const isRight =
      shown.statusTags.join() === tag &&
      shown.packages.join() === packages.join() &&
      shown.invitations === packages.length &&
      shown.notes.length === notes.length &&
      notes.every((words) => shown.notes.some((note) => words.test(note)));
    const expected = `${tag}, ${notes.length} notes (${notes.join(', ')}), packages [${packages}], each with one e-mail`;
    return isRight ? [] : [`${name}: expected ${expected}; there was ${JSON.stringify(shown, null, 2)}`];
  });
