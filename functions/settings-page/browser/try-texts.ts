import type { InStage, Preview } from './try-contract.ts';

const people = (count: number): string => (count === 1 ? '1 candidate' : `${count} candidates`);

/** The words of Try it. */
export const tryTexts = {
  title: 'Try it',
  lead: 'See what would happen if a candidate were moved into the stage now. Nothing is ordered, and nothing is written to Lever.',
  notConnected: 'Authorize Lever first; then you can try it with any candidate.',
  link: 'Link to the candidate in Lever',
  linkHint: 'Open the candidate in Lever and copy the address of the page.',
  go: 'Try it',
  busy: 'Reading Lever…',
  choose: 'Choose from those in the stage now',
  nobody: 'Nobody is in the stage now.',
  more: 'There are more. To try somebody who is not listed, paste their link.',
  unknownTime: 'since an unknown time',
  since: 'since',
  standings: {
    has_check: 'has a check',
    left_out: 'is not checked',
    requested: 'check requested',
    as_usual: '',
  } satisfies Record<InStage['candidates'][number]['standing'], string>,
  missing: 'Paste a link, or choose a candidate.',
  result: 'What would happen',
  package: 'Package',
  name: 'Name',
  firstName: 'first',
  lastName: 'last',
  email: 'E-mail',
  phone: 'Phone',
  unusable: 'Nothing that Turn can use',
  inLever: 'What Lever would show',
  tag: 'Tag',
  note: 'Note',
  nothingShown: 'Nothing new.',
  phones: {
    sent: 'Sent to Turn',
    foreign: 'Left out: Turn reaches North American numbers only',
    unusable: 'Left out: not a number that Turn can use',
    none: 'None',
  } satisfies Record<NonNullable<Preview['sent']>['phone'], string>,
  malformed: (tags: readonly string[]) =>
    `${tags.map((tag) => `“${tag}”`).join(', ')} only ${tags.length === 1 ? 'looks' : 'look'} like TurnPackage and would not be used.`,
};

/** Where the package comes from. */
export const packageText = ({ from, packageId }: NonNullable<Preview['package']>): string =>
  ({
    tag: `${packageId}, from the candidate’s tag`,
    default: `${packageId}, your default package`,
    turn: 'Your Turn account’s own default',
    several: 'None: the tags name several packages',
  })[from];

/** A waiting time in the largest unit that divides it. */
const durationText = (seconds: number): string => {
  for (const [unit, size] of [
    ['day', 86_400],
    ['hour', 3_600],
    ['minute', 60],
  ] as const) {
    if (seconds >= size && seconds % size === 0) return `${seconds / size} ${unit}${seconds === size ? '' : 's'}`;
  }
  return `${seconds} seconds`;
};

/** Why no check would start, by code: for one candidate (`The candidate …`). */
const whyTexts: Readonly<Partial<Record<string, string>>> = {
  archived: 'the candidate is archived',
  anonymized: 'the candidate is anonymized',
  check_is_running: 'a check of this candidate is still running',
  rerun_denied: 'the candidate has had a check, and your settings do not allow another',
  person_has_check: 'the same person has one from another application, which would be shown here too',
  person_order_in_flight: 'a check for another application of the same person is being ordered right now',
  ordering_paused: 'new checks are paused; it would start once they are resumed',
  cap_reached: 'the hourly limit is reached; it would start in one of the next hours',
  no_email: 'the candidate has no valid e-mail address',
  no_full_name: 'the candidate has no first and last name',
  several_packages: 'the tags name several packages',
  contact_not_allowed: 'the candidate has not consented to be contacted, according to Lever',
  confidential: 'the candidate is confidential in Lever, so we cannot see them',
  turn_token_rejected: 'Turn has to renew your account’s token first',
  unreadable: 'Lever’s information about the candidate is incomplete',
};

/** Why no check would start, in words. */
export const whyText = (why: string): string => whyTexts[why] ?? why.replaceAll('_', ' ');

/** What would happen, in one sentence. */
export const outcomeText = ({ outcome, why, startsInSeconds, stage }: Preview): string => {
  if (stage === null) return 'Nothing would happen: no stage is chosen.';
  if (outcome === 'start')
    return startsInSeconds === 0
      ? 'A check would start.'
      : `A check would start after ${durationText(startsInSeconds)} in the stage.`;
  const reason = why === null ? '' : `: ${whyText(why)}`;
  return {
    follow: `No check would be ordered${reason}.`,
    wait: `No check would start yet${reason}.`,
    problem: `No check would start${reason}.`,
    nothing: `No check would start${reason}.`,
  }[outcome];
};

/** The words about those who were in the stage already. */
export const backfillTexts = {
  notice: (count: number, isComplete: boolean, stages: readonly string[]) => {
    const where = stages.length === 1 ? stages[0] : 'the trigger stages';
    const who = `${isComplete ? '' : 'At least '}${people(count)}`;
    return count === 1
      ? `${who} was already in ${where} and will not be checked.`
      : `${who} were already in ${where} and will not be checked.`;
  },
  check: 'Check them…',
  loading: 'Reading Lever…',
  nobody: 'Nobody is left to check.',
  title: (count: number) => `Check ${people(count)}?`,
  confirm: (count: number) => `Check ${people(count)}`,
  text: 'A check is requested for each of them. A check costs money, and Turn e-mails the candidate.',
  packages: 'Packages',
  of: (count: number, packageId: string | null) => `${count} × ${packageId ?? 'your Turn account’s default'}`,
  problem: (count: number, why: string) => `${count} cannot be checked yet: ${whyText(why)}`,
  cap: (count: number, cap: number) => {
    const hours = Math.ceil(count / cap);
    return `Your hourly limit is ${cap}, so it takes ${hours === 1 ? 'up to an hour' : `about ${hours} hours`}.`;
  },
  who: 'Who they are',
  first: 'More are in the stage than are listed here. Check these first, then press “Check them…” again.',
  done: ({ requested, leftOut }: { requested: number; leftOut: number }) =>
    `${requested === 1 ? '1 check is' : `${requested} checks are`} requested and will start within minutes.${leftOut === 0 ? '' : ` ${people(leftOut)} had one already.`}`,
  partly: ({ requested, failed }: { requested: number; failed: number }) =>
    `Checks are requested for ${people(requested)}; for ${failed} it failed. Press “Check them…” again: nobody is checked twice.`,
};

/** The words of a button that has a candidate looked at again. */
export const checkAgainTexts = {
  button: 'Check again now',
  busy: 'Asking…',
  done: 'Requested. Look again in a minute.',
};
