/** The words of Does it work?, and of the first steps before it. */
export const healthWords = {
  title: 'Does it work?',
  states: {
    not_connected: 'Not connected',
    waiting_for_first_move: 'Ready for the first candidate',
    working: 'Working',
    down: 'Not working',
  },
  attention: (problems: number) =>
    problems === 1 ? '1 thing needs your attention' : `${problems} things need your attention`,
  since: 'since',
  notConnected: 'Moving a candidate in Lever starts nothing until a Super Admin connects Lever.',
  firstMove: (stages: readonly string[]) => `Move a candidate into ${anyOf(stages)}, and the first check starts.`,
  working: 'Nothing needs your attention. Lever has been connected since',
  down: 'Checks do not start, or Lever is not updated. Nothing is lost: once this is solved, we catch up.',
  problems: 'What needs your attention',
  began: 'Since',
  candidates: (count: number) => (count === 1 ? '1 candidate waits' : `${count} candidates wait`),
  open: 'Candidates that need attention',
  openHint:
    'Once you have fixed this, the missing check starts within a day. To start it at once, press “Check again now”.',
  moreOpen: (count: number) => (count === 1 ? 'Show 1 more' : `Show ${count} more`),
  webhook: 'Last webhook',
  verified: 'Last Verify Connection',
  check: 'Last check started',
  write: 'Last update in Lever',
  silent: 'Webhook registered, but silent since',
  waiting: 'Work waiting',
  nothing: 'None',
  reconciling: 'being caught up on, now that Lever is back',
  atLeast: (count: number) => `at least ${count}`,
};

/** Names to choose from, as one says them: “A”, “B” or “C”. */
const anyOf = (names: readonly string[]): string => {
  const quoted = names.map((name) => `“${name}”`);
  const last = quoted.pop() ?? 'the stage';
  return quoted.length === 0 ? last : `${quoted.join(', ')} or ${last}`;
};

/** The first steps of a new account, each before and after it is done. */
export const stepWords = {
  title: 'Set up in four steps',
  states: { done: 'Done', next: 'Next', later: 'Later' },
  connect: {
    title: 'Connect Lever',
    todo: 'Press Authorize Lever below. Your role in Lever must be Super Admin.',
    done: 'Lever is connected.',
    action: 'Connect Lever',
    card: 'connection',
  },
  stage: {
    title: 'Choose the stage',
    todo: 'Choose the stage in Lever that starts a background check.',
    done: (stages: readonly string[]) => `Moving a candidate into ${anyOf(stages)} starts a check.`,
    action: 'Choose the stage',
    card: 'settings',
  },
  packages: {
    title: 'Choose the package',
    todo: 'Candidates without a TurnPackage tag get this package. If you choose none, they get your Turn account’s own default.',
    done: (packageId: string) =>
      packageId === ''
        ? 'Your Turn account’s own default is ordered.'
        : `Candidates without a TurnPackage tag get package ${packageId}.`,
    action: 'Choose the package',
    skip: 'Leave it to Turn, and try it',
    card: 'package-group',
  },
  try: {
    title: 'Try it',
    todo: 'See what would happen to a candidate, without ordering anything. Then move one into the stage: that starts the first check.',
    done: 'The first check has started.',
    action: 'Try it',
    card: 'try',
  },
} as const;
