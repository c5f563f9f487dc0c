import { expect, test } from 'vitest';
import { createEventLog } from '#infra/local/console/event-log.ts';
import { createNames } from '#infra/local/console/invented-people.ts';
import { createScenarioSetup } from '#infra/local/console/scenario-setup.ts';
import { createTurnControls } from '#infra/local/console/turn-controls.ts';
import { createLeverModel } from '#infra/local/sandbox/lever-model.ts';
import { createSampleOrganization } from '#infra/local/sandbox/sample-organization.ts';
import { createTurnModel } from '#infra/local/sandbox/turn-model.ts';
import { seededRandom } from '../../fakes/seeded-random.ts';

test('in a scenario no time passes while something is left to do now', async () => {
  const random = seededRandom(7);
  const now = (): number => 1_700_000_000_000;
  const [lever, turn] = [createLeverModel({ now, random }), createTurnModel({ now, random })];
  createSampleOrganization(lever, { random });
  const happened: string[] = [];
  const looks = [false, false, true];
  const setup = createScenarioSetup({
    lever,
    turn,
    controls: createTurnControls(lever, turn),
    eventLog: createEventLog(lever, turn, now),
    names: createNames(),
    state: async () => {
      const idle = looks.shift() ?? true;
      happened.push(idle ? 'idle' : 'at work');
      return { idle };
    },
    advanceClock: async (seconds) => void happened.push(`${seconds} s pass`),
    onCandidate: () => {},
  });
  await setup.letPass(1_200, 'Twenty minutes pass.');
  expect(happened).toEqual(['at work', 'at work', 'idle', '1200 s pass']);
});
