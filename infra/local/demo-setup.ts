import type { LeverModel } from './sandbox/lever-model.ts';
import type { LeverRecruiter } from './sandbox/lever-recruiter.ts';
import { SAMPLE_ORGANIZATION_ID } from './sandbox/sample-organization.ts';
import type { TurnModel } from './sandbox/turn-model.ts';
import type { TurnCheck } from './sandbox/turn-records.ts';

/** The scenario went otherwise than expected; the message says what was expected and what was there. */
export class ScenarioFault extends Error {}

/** What Lever's pages and Turn show of one candidate. */
export type Shown = { statusTags: string[]; notes: string[]; packages: string[]; invitations: number };

/** The two sandboxes as the scenario uses them: people are called by their names. */
export type DemoSetup = {
  recruiter: LeverRecruiter;
  opportunityId(name: string): string;
  check(name: string): TurnCheck | undefined;
  shown(name: string): Shown;
};

/** Looks at both sandboxes through the names of the sample people. */
export const createDemoSetup = (lever: LeverModel, turn: TurnModel): DemoSetup => {
  const recruiter = lever.recruiter(SAMPLE_ORGANIZATION_ID);
  const { contacts, opportunities } = recruiter.organization;
  const opportunityId = (name: string): string => {
    const found = [...opportunities.values()].find(({ contactId }) => contacts.get(contactId)?.name === name);
    if (!found) throw new ScenarioFault(`Expected ${name} in Lever's sandbox, who is not there.`);
    return found.id;
  };
  const checks = (name: string): TurnCheck[] =>
    turn.checks.filter(({ firstName, lastName }) => `${firstName} ${lastName}` === name);
  return {
    recruiter,
    opportunityId,
    check: (name) => checks(name).at(-1),
    shown: (name) => {
      const id = opportunityId(name);
      return {
        statusTags: recruiter.tags(id).filter((tag) => tag.toLowerCase().startsWith('turnstatus:')),
        notes: recruiter.notes(id),
        packages: checks(name).map(({ packageId }) => packageId),
        invitations: checks(name).reduce((sum, { invitations }) => sum + invitations, 0),
      };
    },
  };
};

/** Waits until the scenario has come this far, looking often; gives up with what was there instead. */
export const waitFor = async (expected: string, isThere: () => boolean, found: () => unknown): Promise<void> => {
  const giveUpAt = Date.now() + 20_000;
  while (!isThere()) {
    if (Date.now() > giveUpAt)
      throw new ScenarioFault(
        `Expected ${expected}.\nThere was, after 20 seconds: ${JSON.stringify(found(), null, 2)}`,
      );
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
};
