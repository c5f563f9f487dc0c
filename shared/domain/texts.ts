import type { RerunRule, Settings } from './account.ts';
import { folded } from './folded.ts';
import { harmless, harmlessAddress } from './harmless.ts';
import type { InvitationChannel, OrderedEntry, Problem, ProblemCode, Warning } from './stage-entry.ts';

/** Every word that a recruiter reads is written here. Names, e-mails and phones are never among them. */
export const statusTag = (status: string, labels: Settings['statusLabels']): string =>
  `TurnStatus:${labelOf(labels, status)}`;

/** What recruiters see for a status: the account's own word where it has a usable one. */
export const labelOf = (labels: Settings['statusLabels'], status: string): string => {
  const label = Object.hasOwn(labels, status) ? labels[status] : undefined;
  return label !== undefined && isSafeLabel(label) ? label : status;
};

/** Letters, digits, signs and single spaces; no colon (it parts our tags), no `@` (it mentions people), nothing invisible. */
export const isSafeLabel = (label: string): boolean =>
  /^[\p{L}\p{N}\p{M}\p{P}\p{S} ]{1,40}$/u.test(label) && !/[:@]|^ | $| {2}/u.test(label.normalize('NFKC'));

/** Is this tag one that we write, in whatever words? Anything else on the opportunity is none of our business. */
export const isStatusTag = (tag: string): boolean => folded(tag).startsWith('turnstatus:');

/** The status that goes with a problem, unless it only takes time. */
export const problemStatus = 'error';
/** The status of who waits for a check, for long, through nobody's fault in Lever. */
export const waitingStatus = 'waiting';
export const statusOfProblem = (code: ProblemCode): string => (code === 'cap_reached' ? waitingStatus : problemStatus);

/** The note that gives the recruiter the Turn ID, with whatever was done otherwise than the tags asked, and where it was ordered if not here. */
export const turnIdNote = ({
  turnId,
  packageId,
  packageName,
  warnings,
  isFollowed,
}: Pick<OrderedEntry, 'packageId' | 'packageName' | 'warnings' | 'isFollowed'> & { readonly turnId: string }): string =>
  [
    isFollowed === true
      ? 'This candidate already has a Turn background check, ordered with another application. It is shown here too, and no second one was ordered.'
      : 'A Turn background check was started for this candidate.',
    `Turn ID: ${harmless(turnId)}`,
    `Package: ${packageId === null ? "your Turn account's default" : namedPackage(packageId, packageName)}`,
    ...invitationLines(warnings, isFollowed === true),
    ...warningLines(warnings, packageId),
  ].join('\n');

/** `Driver check (P0000000001)`, or the id alone. */
const namedPackage = (packageId: string, packageName = ''): string => {
  const name = harmless(packageName);
  return name === '' ? harmless(packageId) : `${name} (${harmless(packageId)})`;
};

/** What the candidate has to do, if Turn has asked for it. */
const invitationLines = (warnings: readonly Warning[], isFollowed: boolean): string[] =>
  isFollowed || warnings.some((warning) => warning.kind === 'invitation_not_sent' && warning.by === 'email')
    ? []
    : ['Turn e-mails the candidate. Once the candidate has consented, the check continues.'];

/** So many tags that only look like ours are named. */
const mostTagsNamed = 3;

const warningLines = (warnings: readonly Warning[], packageId: string | null): string[] => {
  const isTag = ({ kind }: Warning): boolean => kind === 'malformed_package_tag';
  const lineOf = (warning: Warning): string => `Please note: ${warningText(warning, packageId)}.`;
  const tagLines = warnings.filter(isTag).map(lineOf);
  const untold = tagLines.splice(mostTagsNamed).length;
  if (untold > 0) tagLines.push(`… and ${untold} more such ${untold === 1 ? 'tag' : 'tags'}.`);
  return [...tagLines, ...warnings.filter((warning) => !isTag(warning)).map(lineOf)];
};

/** The note that leads to the report; reading it needs a Turn login. Null: there is no address that we could vouch for. */
export const reportNote = (turnId: string, dashboardUrl: string | null): string => {
  const address = dashboardUrl === null ? null : harmlessAddress(dashboardUrl);
  return [
    `The Turn background check report is available${address === null ? '. Open the check in Turn.' : `: ${address}`}`,
    `Turn ID: ${harmless(turnId)}`,
  ].join('\n');
};

/** The note for an entry that the account's own rule keeps from starting a second check. */
export const rerunDeniedNote = (rule: RerunRule): string =>
  [
    'No new Turn background check was started: this candidate already had one.',
    `Your Turn integration is set ${rule.kind === 'after_days' ? `not to repeat a check within ${rule.days} days` : 'not to repeat checks'}. To order another one, set a different TurnPackage tag or have that setting changed. Then move the candidate out of the stage and back into it.`,
  ].join('\n');

/** The note for a problem: what happened, what to do. */
export const problemNote = ({ code, detail }: Pick<Problem, 'code' | 'detail'>): string => {
  const { what, remedy, afterwards = startsAgain } = problemTexts[code];
  const fields = detail === null ? '' : ` (it objected to ${detail.split(', ').map(fieldName).join(', ')})`;
  return `${what}${fields}.\n${remedy} ${afterwards}`;
};

/** The note that stands while Lever does not let us set tags. */
export const tagsLockedNote = (): string => problemNote({ code: 'tags_locked', detail: null });

const notStarted = 'The Turn background check was not started';
const startsAgain =
  'If the candidate is then still in the stage, the check starts within a day. To start it at once, move the candidate out of the stage and back into it.';

const problemTexts: Record<ProblemCode, { what: string; remedy: string; afterwards?: string }> = {
  no_email: {
    what: `${notStarted}: the candidate has no valid e-mail address`,
    remedy: 'Add one to the candidate.',
  },
  no_full_name: {
    what: `${notStarted}: the candidate has no first and last name`,
    remedy:
      "Complete the candidate's name. If the person has only one legal name, enter it twice, or order the check in Turn.",
  },
  several_packages: {
    what: `${notStarted}: the candidate has TurnPackage tags for different packages`,
    remedy: 'Keep only the TurnPackage tag of the package that you want.',
  },
  contact_not_allowed: {
    what: `${notStarted}: Lever's data protection says that this candidate may not be contacted`,
    remedy: "Obtain the candidate's consent in Lever.",
  },
  confidential: {
    what: `${notStarted}: Lever does not let the Turn integration see this candidate, who is probably confidential`,
    remedy: 'Ask your Lever administrator to make the candidate non-confidential, or start the check in Turn.',
  },
  unreadable: {
    what: `${notStarted}: for an hour, we have not been able to read Lever's answers about this candidate, so we do not know whether a check is due`,
    remedy:
      'Move the candidate out of the stage and back into it. If this note stays, ask Turn support, or order the check in Turn.',
    afterwards: 'Once we can read the candidate, we remove this note within a day and start the check if it is due.',
  },
  cap_reached: {
    what: `${notStarted} yet: your company's hourly limit of checks is reached`,
    remedy: 'You need not do anything.',
    afterwards: 'If the candidate stays in the stage, the check starts in one of the next hours.',
  },
  turn_rejected: {
    what: `${notStarted}: Turn did not accept the order`,
    remedy:
      "Check the candidate's name, e-mail address and phone number. If they are correct, ask Turn support whether your account may order checks.",
  },
  turn_token_rejected: {
    what: `${notStarted}: Turn did not accept your company's access token`,
    remedy: 'Ask the person who looks after your Turn account, or Turn support, to renew it.',
  },
  order_uncertain: {
    what: "For a day, Turn has not confirmed that it received the order for this candidate's background check",
    remedy: 'You need not do anything: we keep asking Turn, and when it answers, we remove this note.',
    afterwards: 'Before you order a check by hand, ask Turn support, or the candidate may get two.',
  },
  tags_locked: {
    what: "Lever did not accept the TurnStatus tag, so this candidate's tags do not show the status of the background check",
    remedy:
      'Ask your Lever administrator to let integrations add tags, or to add the TurnStatus tags under Sources and tags.',
    afterwards: 'We try again every few hours. Once the tag is there, we remove this note.',
  },
  unknown: {
    what: `${notStarted}: something about the candidate stands in its way`,
    remedy: 'You need not do anything now: we look at the candidate again within a day, and then say here what it is.',
  },
};

const fieldNames: Readonly<Record<string, string>> = {
  first_name: 'the first name',
  last_name: 'the last name',
  email: 'the e-mail address',
  phone_number: 'the phone number',
  package: 'the package',
};

const fieldName = (field: string): string => fieldNames[field] ?? 'something else';

const warningText = (warning: Warning, packageId: string | null): string => {
  switch (warning.kind) {
    case 'malformed_package_tag':
      return `the tag that begins "${harmless(warning.tag)}" is not a valid TurnPackage tag (TurnPackage:ID:NAME) and was not used; ${insteadText(warning.usedDefault, packageId)} was ordered instead`;
    case 'unknown_package':
      return `Turn does not know package ${harmless(warning.packageId)}; ${insteadText(true, packageId)} was ordered instead`;
    case 'invitation_not_sent':
      return invitationTexts[warning.by];
    case 'foreign_phone':
      return 'Turn reaches North American phone numbers only, so a number from another country was not sent to it';
    case 'refused_phone':
      return "Turn did not accept the candidate's phone number, so the check was ordered without it";
    case 'refused_email':
      return "Turn did not accept the candidate's first e-mail address, so the check was ordered with the next one";
  }
};

const invitationTexts: Record<InvitationChannel, string> = {
  email:
    "Turn could not e-mail the invitation; check the candidate's e-mail address, and ask Turn support to send the invitation again",
  sms: 'Turn could not send the invitation as a text message; the candidate was invited by e-mail only, and you need not do anything',
};

const insteadText = (isDefault: boolean, packageId: string | null): string => {
  if (packageId === null) return "your Turn account's default package";
  return `${isDefault ? 'the default package' : 'package'} ${harmless(packageId)}`;
};
