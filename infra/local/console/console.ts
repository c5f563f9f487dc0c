import { type Account, isConnectedTo } from '#shared/domain/account.ts';
import type { MailboxMail } from '../emulators/ses-emulator.ts';
import type { State } from '../read-state-now.ts';
import type { LeverModel } from '../sandbox/lever-model.ts';
import type { TurnModel } from '../sandbox/turn-model.ts';
import { atMostEvery } from './at-most-every.ts';
import { type Command, perform } from './commands.ts';
import { type ConsoleView, leverView, turnView, workView } from './console-view.ts';
import { createEventLog } from './event-log.ts';
import { createNames } from './invented-people.ts';
import { createScenarioRunner } from './scenario-runner.ts';
import { createScenarioSetup } from './scenario-setup.ts';
import { createTurnControls } from './turn-controls.ts';

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
  /** What was mailed, oldest first. */
  mailbox: readonly MailboxMail[];
};

const lookEveryMs = 100;
// Reading the state reads the whole table.
const trustedForMs = 700;

/** The console over both sandboxes; its event log begins now. */
export const createConsole = (needs: ConsoleNeeds): Console => {
  const { lever, turn, advanceClock } = needs;
  const controls = createTurnControls(lever, turn);
  const names = createNames();
  const eventLog = createEventLog(lever, turn, needs.now);
  const state = atMostEvery(trustedForMs, needs.state);
  const accounts = atMostEvery(trustedForMs, needs.connectedAccounts);
  const scenarios = createScenarioRunner(eventLog, (onCandidate) =>
    createScenarioSetup({ lever, turn, controls, eventLog, names, state: needs.state, advanceClock, onCandidate }),
  );
  const looking = setInterval(eventLog.look, lookEveryMs);
  looking.unref();

  return {
    view: async (organizationId) => {
      const organizations = lever.organizations();
      const chosen = organizations.find(({ id }) => id === organizationId) ?? organizations[0];
      if (!chosen) throw new Error('Lever’s sandbox has no organization.');
      const connected = ((await accounts()) ?? []).filter((account) => isConnectedTo(account, chosen.id));
      const triggers = connected.flatMap(({ triggerStages }) => triggerStages);
      return {
        clockOffsetMs: needs.offsetMs(),
        settingsUrl: needs.settingsUrl,
        work: workView(await state()),
        organizations: organizations.map(({ id, name }) => ({ id, name })),
        organizationOf: Object.fromEntries(
          organizations.flatMap(({ id, opportunities }) =>
            [...opportunities.keys()].map((candidate) => [candidate, id]),
          ),
        ),
        lever: leverView(lever, chosen, controls, triggers),
        turn: turnView(turn, controls),
        scenarios: scenarios.view(),
        eventLog: eventLog.entries(),
        mails: needs.mailbox.toReversed(),
      };
    },
    perform: (command) => perform({ lever, turn, controls, eventLog, names, scenarios, advanceClock }, command),
    stop: () => clearInterval(looking),
  };
};
