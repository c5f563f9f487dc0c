import type { Check, ProblemCode, Warning } from './check.ts';

/** Every word that a recruiter reads is written here. Names, e-mails and phones are never among them. */
export const statusTag = (status: string): string => `TurnStatus:${status}`;

/** Is this tag one that we write? Anything else on the opportunity is none of our business. */
export const isStatusTag = (tag: string): boolean => /^turnstatus:/iu.test(tag.trim());

/** The tag that goes with a problem. */
export const problemTag = statusTag('error');

/** The note that gives the recruiter the Turn ID, with whatever was done otherwise than the tags asked. */
export const turnIdNote = (turnId: string, packageId: string | null, warnings: readonly Warning[]): string =>
  [
    'A Turn background check was started for this candidate.',
    `Turn ID: ${turnId}`,
    packageId === null ? "Package: your Turn account's default" : `Package: ${packageId}`,
    ...warnings.map((warning) => `Please note: ${warningText(warning)}`),
  ].join('\n');

/** The note that leads to the report; reading it needs a Turn login. */
export const reportNote = (turnId: string, dashboardUrl: string): string =>
  `The Turn background check report is available: ${dashboardUrl}\nTurn ID: ${turnId}`;

/** The note for an entry that the account's own rule keeps from starting a second check. */
export const notRerunNote = (): string =>
  [
    'No new Turn background check was started: this candidate already had one.',
    'Your Turn integration is set not to repeat checks. A different TurnPackage tag, or a change of that setting, allows another: then move the candidate into the stage again.',
  ].join('\n');

/** The note for a problem: what happened, what to do. */
export const problemNote = (problem: NonNullable<Check['problem']>): string => {
  const [what, remedy] = problemTexts[problem.code];
  const detail = problem.detail === null ? '' : ` (${harmless(problem.detail)})`;
  return [
    `The Turn background check was not started: ${what}${detail}.`,
    `${remedy} Then move the candidate out of the stage and into it again.`,
  ].join('\n');
};

const problemTexts: Record<ProblemCode, readonly [what: string, remedy: string]> = {
  no_email: ['the candidate has no valid e-mail address', 'Add one to the candidate.'],
  no_full_name: ['the candidate has no first and last name', 'Complete the name of the candidate.'],
  several_packages: [
    'the candidate carries TurnPackage tags for different packages',
    'Keep only the TurnPackage tag of the package that you want.',
  ],
  turn_rejected: ['Turn did not accept the order', "Check the candidate's name, e-mail and phone."],
  turn_account: [
    "Turn did not accept your company's access token",
    'Ask the person who looks after your Turn account, or Turn support, to renew it.',
  ],
  contact_not_allowed: [
    "Lever's data protection says that this candidate may not be contacted",
    "Obtain the candidate's consent in Lever.",
  ],
};

const warningText = (warning: Warning): string => {
  switch (warning.kind) {
    case 'near_miss_tag':
      return `the tag "${harmless(warning.tag)}" is not a valid TurnPackage tag (TurnPackage:ID:NAME) and was not used.`;
    case 'unknown_package':
      return `Turn does not know package ${harmless(warning.packageId)}; the default package was ordered.`;
  }
};

/** The first half of a letter that a cut went through; Lever could not store it. */
const halfLetterAtEnd = /\p{Cs}$/u;

/** Text from outside made unable to mention anybody, to break a line, or to be long. */
const harmless = (text: string): string =>
  text
    .replaceAll(/[\p{C}\p{Z}]+/gu, ' ')
    .replaceAll('@', '(at)')
    .replaceAll('"', "'")
    .trim()
    .slice(0, 80)
    .replace(halfLetterAtEnd, '');
