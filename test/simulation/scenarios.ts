import type { Settings } from '#shared/domain/account.ts';
import { type Customer, packages, stageTexts, targetStages, triggerStage } from './machine/customers.ts';
import type { Service } from './machine/service.ts';
import { askForChecks } from './presses.ts';

/** Where a story plays: one customer, the candidate that it is told of. */
export type Scene = { readonly service: Service; readonly customer: Customer; readonly id: string };

/** What a story comes to, whatever happened on the way. */
export type Ending = {
  /** The packages ordered, in the order of the entries. */
  readonly orders: readonly string[];
  readonly tags: readonly string[];
  /** How the notes that stand begin, sorted. */
  readonly notes: readonly string[];
};

export type Scenario = {
  readonly name: string;
  readonly settings?: Partial<Settings>;
  /** The story is told of the last of them. */
  readonly people?: number;
  /** Are they one person? */
  readonly isShared?: true;
  /** So many were in the stage before the start. */
  readonly stoodBefore?: number;
  /** What is done in which minute. Between two steps there is time for a message to come again and for an order to settle. */
  readonly steps: readonly (readonly [minute: number, does: (scene: Scene) => unknown])[];
  readonly ending: Ending;
};

const move =
  (stage: (typeof stageTexts)[number]) =>
  ({ customer: { recruiter }, id }: Scene): void => {
    recruiter.moveToStage(id, recruiter.organization.stages[stageTexts.indexOf(stage)]?.id ?? '');
  };
const enter = move(triggerStage);
const leave = move('On-site interview');
/** Turn comes to a state with the latest of the candidate's checks. */
const turnSays =
  (state: string) =>
  ({ service, id }: Scene): void => {
    const check = service.models.turn.checks.findLast(({ referenceId }) => referenceId?.startsWith(`${id}-`));
    if (check === undefined) return;
    service.truth.turnPasts.note(check.workerId, check.state);
    service.models.turn.advance(check.workerId, state);
  };
const recheck = ({ service, id }: Scene): void => {
  const check = service.models.turn.checks.findLast(({ referenceId }) => referenceId?.startsWith(`${id}-`));
  if (check !== undefined) service.models.turn.recheck(check.workerId);
};
const setEmails =
  (...emails: string[]) =>
  ({ customer, id }: Scene): void => {
    customer.recruiter.setEmails(id, emails);
  };
const tag =
  (name: string) =>
  ({ customer, id }: Scene): void => {
    customer.recruiter.addTag(id, name);
  };
const untag =
  (name: string) =>
  ({ customer, id }: Scene): void => {
    customer.recruiter.removeTag(id, name);
  };
const revoke = ({ service, customer }: Scene): void => {
  service.truth.revoked.add(customer.accountId);
  customer.revoke();
};
const connect = ({ customer }: Scene): Promise<void> => customer.connect();
const remove = ({ customer, id }: Scene): void => {
  customer.recruiter.deleteOpportunity(id);
};
const rerunDeliveries = ({ service }: Scene): void => {
  const { lever } = service.models;
  for (const { id } of [...lever.outbox.deliveries]) lever.redeliver(id);
};
const goesDown =
  (vendor: 'lever' | 'turn', minutes: number) =>
  ({ service }: Scene): void =>
    service.breakDown(vendor, minutes * 60_000);

const byAnother =
  (does: (scene: Scene) => unknown) =>
  (scene: Scene): unknown =>
    does({ ...scene, id: scene.customer.opportunities[0] ?? '' });

const started = 'A Turn background check was started';
const followed = 'This candidate already has a Turn background check';
const moved = 'Moved to “Offer”';
const report = 'The Turn background check report is available';
const notAgain = 'No new Turn background check was started';
const email = 'person0@customer1.people.example';
const standardTag = `TurnPackage:${packages.standard}`;
const driverTag = `TurnPackage:${packages.driver}:Driver`;
const unknownTag = `TurnPackage:${packages.unknown}`;

/**
 * Whole stories of one candidate: between them they go through every branch of the product that calls anything. Short
 * ones, for each is played as often as it has calls; and slow where a lost callback must have been made up for.
 */
export const stories: readonly Scenario[] = [
  {
    name: 'a check from its start to its report',
    steps: [
      [2, enter],
      [12, turnSays('processing')],
      [22, turnSays('approved')],
    ],
    ending: { orders: [packages.standard], tags: ['TurnStatus:clear'], notes: [started, report] },
  },
  {
    name: 'a move after the check',
    settings: { stageAfter: { clear: { id: null, name: targetStages.clear }, consider: null } },
    steps: [
      [2, enter],
      [12, turnSays('approved')],
    ],
    ending: { orders: [packages.standard], tags: ['TurnStatus:clear'], notes: [started, moved, report] },
  },
  {
    name: 'a move that a recruiter makes in another direction',
    settings: { stageAfter: { clear: { id: null, name: targetStages.clear }, consider: null } },
    steps: [
      [2, enter],
      [11.9, leave],
      [12, turnSays('approved')],
    ],
    ending: { orders: [packages.standard], tags: ['TurnStatus:clear'], notes: [started, report] },
  },
  {
    name: 'a recheck',
    steps: [
      [2, enter],
      [12, turnSays('approved')],
      [22, recheck],
    ],
    ending: { orders: [packages.standard], tags: ['TurnStatus:processing'], notes: [started, report] },
  },
  {
    name: 'no e-mail, then one',
    steps: [
      [1.5, setEmails()],
      [2, enter],
      [14, setEmails(email)],
    ],
    ending: { orders: [packages.standard], tags: ['TurnStatus:emailed'], notes: [started] },
  },
  {
    name: 'two packages, then one',
    steps: [
      [1.5, tag(standardTag)],
      [1.6, tag(driverTag)],
      [2, enter],
      [14, untag(standardTag)],
      [14.1, leave],
      [14.2, enter],
    ],
    ending: { orders: [packages.driver], tags: ['TurnStatus:emailed', driverTag], notes: [started] },
  },
  {
    name: 'entered again while it runs',
    steps: [
      [2, enter],
      [12, leave],
      [13, enter],
    ],
    ending: { orders: [packages.standard], tags: ['TurnStatus:emailed'], notes: [started] },
  },
  {
    name: 'entered again after its end',
    steps: [
      [2, enter],
      [12, turnSays('approved')],
      [450, leave],
      [451, enter],
    ],
    ending: { orders: [packages.standard], tags: ['TurnStatus:clear'], notes: [started, notAgain, report] },
  },
  {
    name: 'entered again with another package',
    steps: [
      [2, enter],
      [12, turnSays('approved')],
      [450, tag(driverTag)],
      [451, leave],
      [452, enter],
    ],
    ending: {
      orders: [packages.standard, packages.driver],
      tags: ['TurnStatus:emailed', driverTag],
      notes: [started, started, report],
    },
  },
  {
    name: 'access revoked before an entry, granted anew after it',
    steps: [
      [1.5, revoke],
      [2, enter],
      [12, connect],
    ],
    ending: { orders: [packages.standard], tags: ['TurnStatus:emailed'], notes: [started] },
  },
  {
    name: 'access revoked while a check runs, granted anew',
    steps: [
      [2, enter],
      [12, revoke],
      [13, turnSays('processing')],
      [24, connect],
    ],
    ending: { orders: [packages.standard], tags: ['TurnStatus:processing'], notes: [started] },
  },
  {
    name: 'packages that Turn does not know, the default too',
    settings: { defaultPackageId: 'P8888888888' },
    steps: [
      [1.5, tag(unknownTag)],
      [2, enter],
    ],
    ending: { orders: [packages.standard], tags: ['TurnStatus:emailed', unknownTag], notes: [started] },
  },
  {
    name: 'a candidate deleted while the check runs, and told of again',
    steps: [
      [2, enter],
      [12, remove],
      [24, rerunDeliveries],
      [30, turnSays('processing')],
    ],
    ending: { orders: [packages.standard], tags: [], notes: [] },
  },
  {
    name: 'Turn is down when the check is ordered',
    steps: [
      [1.9, goesDown('turn', 5)],
      [2, enter],
    ],
    ending: { orders: [packages.standard], tags: ['TurnStatus:emailed'], notes: [started] },
  },
  {
    name: 'Lever is down when the check ends',
    steps: [
      [2, enter],
      [12, goesDown('lever', 5)],
      [13, turnSays('approved')],
    ],
    ending: { orders: [packages.standard], tags: ['TurnStatus:clear'], notes: [started, report] },
  },
  {
    name: 'with grace: left in time, then not',
    settings: { graceSeconds: 300 },
    steps: [
      [2, enter],
      [4, leave],
      [20, enter],
    ],
    ending: { orders: [packages.standard], tags: ['TurnStatus:emailed'], notes: [started] },
  },
  {
    // Which of the two orders, and which follows, is all the same.
    name: 'two opportunities of one person at once',
    people: 2,
    isShared: true,
    steps: [
      [2, byAnother(enter)],
      [2, enter],
      [14, ({ service }) => service.models.turn.advance(service.models.turn.checks[0]?.workerId ?? '', 'approved')],
    ],
    ending: { orders: [packages.standard], tags: ['TurnStatus:clear'], notes: [started, report] },
  },
  {
    name: 'a check asked for one who was in the stage before the start',
    stoodBefore: 1,
    steps: [[2, (scene) => askForChecks({ ...scene, dice: [0, 0.5] })]],
    ending: { orders: [packages.standard], tags: ['TurnStatus:emailed'], notes: [started] },
  },
  {
    name: 'above the cap: held until the next hour',
    settings: { hourlyCap: 1 },
    people: 2,
    steps: [
      [2, byAnother(enter)],
      [12, enter],
    ],
    ending: {
      orders: [packages.standard, packages.standard],
      tags: ['TurnStatus:emailed'],
      notes: [started],
    },
  },
];

/** What the story has come to. */
export const endingOf = ({ service, customer, id }: Scene): Ending => {
  const isThere = customer.recruiter.organization.opportunities.has(id);
  const beginning = (note: string): string =>
    note.startsWith(followed)
      ? started
      : ([started, moved, report, notAgain].find((words) => note.startsWith(words)) ?? note);
  return {
    orders: service.models.turn.checks
      .toSorted((one, other) => (one.referenceId ?? '').localeCompare(other.referenceId ?? ''))
      .map(({ packageId }) => packageId),
    tags: isThere ? customer.recruiter.tags(id).toSorted() : [],
    notes: isThere ? customer.recruiter.notes(id).map(beginning).toSorted() : [],
  };
};
