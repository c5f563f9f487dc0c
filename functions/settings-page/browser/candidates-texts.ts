import type { CandidateGroup, CandidateState } from '#shared/domain/candidate-state.ts';
import type { ProblemCode } from '#shared/domain/stage-entry.ts';
import { openTexts, waitingText, activityWords as words } from './activity-texts.ts';
import type { PackageNames } from './candidates-contract.ts';

/** The words of the candidates' card. */
export const candidateWords = {
  title: 'Candidates',
  filter: 'Show',
  search: 'Find a candidate',
  searchHint: 'Link or id of the opportunity in Lever, or Turn ID',
  find: 'Find',
  clear: 'Show all',
  more: 'Show more',
  failed: 'The candidates could not be loaded.',
  empty: (isConnected: boolean) =>
    `No candidates yet. ${isConnected ? 'Move' : 'Connect Lever and move'} one into the stage to see them here.`,
  emptyGroup: 'There are no such candidates now.',
  emptySoFar: 'None found so far.',
  notFound: 'We do not know this candidate: they never entered a trigger stage, or were deleted in Lever.',
  byId: 'There are too many candidates to show the newest change first, so they are sorted by id. To find one, use the search.',
  count: (shown: number) => (shown === 1 ? '1 candidate' : `${shown} candidates`),
  since: 'since',
  turnId: 'Turn ID',
  opportunity: 'Opportunity in Lever:',
  followed: 'shares the check of another application',
  timeline: 'Timeline',
  timelineOf: (opportunityId: string) => `Timeline of opportunity ${opportunityId}`,
  timelineFailed: 'The timeline could not be loaded.',
  timelineCut: 'Earlier events are not shown.',
  timelineEmpty: 'Nothing is recorded yet.',
  movedIn: 'Moved into a trigger stage in Lever',
  usage: (month: string) => `Checks started in ${month}`,
  usageNone: 'None yet.',
  usageFailed: 'The number of checks could not be loaded.',
  usagePackage: 'Package',
  usageChecks: 'Checks',
  usageTotal: 'Total',
};

/** The choices of the filter; null: everybody. */
export const candidateFilters: readonly { name: string; group: CandidateGroup | null }[] = [
  { name: 'Everybody', group: null },
  { name: 'Needs attention', group: 'attention' },
  { name: 'Waiting', group: 'waiting' },
  { name: 'Check running', group: 'running' },
  { name: 'Ended', group: 'ended' },
];

const problemNames: Readonly<Record<ProblemCode, string>> = {
  no_email: 'No e-mail address',
  no_full_name: 'No full name',
  several_packages: 'Several packages',
  contact_not_allowed: 'No consent to contact',
  confidential: 'Confidential in Lever',
  unreadable: 'Cannot be read',
  cap_reached: 'Hourly limit reached',
  turn_rejected: 'Refused by Turn',
  turn_token_rejected: 'Turn token refused',
  order_uncertain: 'Order not confirmed',
  tags_locked: 'Tags locked in Lever',
  unknown: 'Looked at again soon',
};

const kindNames = {
  ordering: 'Being ordered',
  rerun_denied: 'Not checked again',
  archived: 'Archived',
  no_check: 'No check',
} as const;

/** Where a candidate stands, in a word or two. */
export const stateName = (state: CandidateState): string => {
  if (state.kind === 'problem') return problemNames[state.code];
  if (state.kind === 'waiting') return 'Waiting';
  if (state.kind === 'check') return capitalized(state.code?.replaceAll('_', ' ') ?? 'check started');
  return kindNames[state.kind];
};

/** What that means, or what to do; null where the name says it all. */
export const stateText = (state: CandidateState): string | null => {
  if (state.kind === 'problem') return `The candidate ${openTexts[state.code]}`;
  if (state.kind === 'waiting') return `${capitalized(waitingText(state.code))}.`;
  if (state.kind === 'rerun_denied') return 'Entered the stage again after a check had ended.';
  if (state.kind === 'archived') return 'Archived in Lever, so no check is ordered.';
  return state.kind === 'no_check' ? 'Left the stage before a check was ordered.' : null;
};

/** A package by its name, and by its id, which the tags in Lever carry. */
export const packageText = (packageId: string | null, names: PackageNames): string => {
  if (packageId === null) return capitalized(words.defaultPackage);
  const name = names[packageId];
  return name === undefined ? packageId : `${name} (${packageId})`;
};

const capitalized = (text: string): string => text.slice(0, 1).toUpperCase() + text.slice(1);
