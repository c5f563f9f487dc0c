import { type Account, isConnectedTo } from '#shared/domain/account.ts';
import type { State } from '../read-state-now.ts';
import type { LeverModel } from '../sandbox/lever-model.ts';
import type { TurnModel } from '../sandbox/turn-model.ts';
import { atMostEvery } from './at-most-every.ts';
import { createChronicle } from './chronicle.ts';
import { type Command, perform } from './commands.ts';
import { type ConsoleView, leverView, turnView, workView } from './console-view.ts';
import { createDesk } from './desk.ts';
import { createNames } from './invented-people.ts';
import { createStoryStage } from './story-stage.ts';
import { createStoryTeller } from './story-teller.ts';

export type Console = {
  /** What there is to see now, of one organization (the first, unless another is asked for). */
  view(organizationId: string | null): Promise<ConsoleView>;
  /** Does it; throws an error with a sentence where it cannot be done now. */
  perform(command: Command): Promise<void>;
  stop(): void;
};

export type ConsoleNeeds = {
  lever: LeverModel;
  turn: TurnModel;
  now(): number;
  offsetMs(): number;
  state(): Promise<State>;
  connectedAccounts(): Promise<Account[]>;
  advanceClock(seconds: number): Promise<void>;
  settingsUrl: string | null;
};

const lookEveryMs = 100;
// Reading the state reads the whole table.
const trustedForMs = 700;

/** The console over both sandboxes; it writes its chronicle from now on. */
export function createConsole(needs: ConsoleNeeds): Console {
  const { lever, turn, advanceClock } = needs;
  const desk = createDesk(lever, turn);
  const names = createNames();
  const chronicle = createChronicle(lever, turn, needs.now);
  const state = atMostEvery(trustedForMs, needs.state);
  const accounts = atMostEvery(trustedForMs, needs.connectedAccounts);
  const stories = createStoryTeller(chronicle, (onCandidate) =>
    createStoryStage({ lever, turn, desk, chronicle, names, advanceClock, onCandidate }),
  );
  const looking = setInterval(chronicle.look, lookEveryMs);
  looking.unref();

  return {
    view: async (organizationId) => {
      const organizations = lever.organizations();
      const chosen = organizations.find(({ id }) => id === organizationId) ?? organizations[0];
      if (!chosen) throw new Error('Lever’s sandbox has no organization.');
      const connected = ((await accounts()) ?? []).filter((account) => isConnectedTo(account, chosen.id));
      const triggers = connected.flatMap(({ triggerStages }) => triggerStages);
      return {
        ...{ clockOffsetMs: needs.offsetMs(), settingsUrl: needs.settingsUrl, work: workView(await state()) },
        organizations: organizations.map(({ id, name }) => ({ id, name })),
        organizationOf: Object.fromEntries(
          organizations.flatMap(({ id, opportunities }) =>
            [...opportunities.keys()].map((candidate) => [candidate, id]),
          ),
        ),
        lever: leverView(lever, chosen, desk, triggers),
        turn: turnView(turn, desk),
        stories: stories.view(),
        chronicle: chronicle.entries(),
      };
    },
    perform: (command) => perform({ lever, turn, desk, chronicle, names, stories, advanceClock }, command),
    stop: () => clearInterval(looking),
  };
}
