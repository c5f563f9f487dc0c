import type { MailCause, MailNews } from './mails-due.ts';

/** A mail in words. The unsubscribe address goes into every one, and into its header. */
export type MailText = { readonly subject: string; readonly text: string };

/** What stands around the news: whose account, where its settings are, and where the reader ends these mails. */
export type MailFrame = {
  readonly accountName: string;
  readonly settingsUrl: string;
  readonly unsubscribeUrl: string;
};

/** How long the link in a confirmation mail works. */
export const confirmationDays = 7;

const subjects: Readonly<Record<MailCause, { problem: string; mended: string; over: string }>> = {
  lever_access: {
    problem: 'No access to Lever: background checks do not start',
    mended: 'We have access to Lever again',
    over: 'We have access to Lever again and are catching up on what happened meanwhile.',
  },
  turn_token: {
    problem: 'Turn does not accept the account’s token: background checks do not start',
    mended: 'Turn’s token is no longer a problem',
    over: 'Candidates are no longer waiting for Turn’s token.',
  },
  webhooks: {
    problem: 'Lever’s webhooks are missing: background checks start late',
    mended: 'Lever’s webhooks are back',
    over: 'The webhooks that report moves are back, so checks start at once again.',
  },
  lever_not_answering: {
    problem: 'Lever has not answered for an hour: background checks are waiting',
    mended: 'Lever answers again',
    over: 'Candidates are no longer waiting for Lever.',
  },
  turn_not_answering: {
    problem: 'Turn has not answered for an hour: background checks are waiting',
    mended: 'Turn answers again',
    over: 'Candidates are no longer waiting for Turn.',
  },
  hourly_limit: {
    problem: 'The hourly limit of background checks is reached',
    mended: 'Candidates are no longer waiting because of the hourly limit',
    over: 'For an hour, no candidate has waited because of the hourly limit.',
  },
};

/** Of a cause that a newer version knows, what is sure. */
const unknownCause = { problem: 'Background checks need attention', mended: 'A problem is over', over: 'It is over.' };

const wordsOf = (cause: string): (typeof subjects)[MailCause] =>
  Object.entries(subjects).find(([name]) => name === cause)?.[1] ?? unknownCause;

/** The mail that tells news. */
export const newsText = (news: MailNews, frame: MailFrame): MailText => {
  const { subject, lines } = linesOf(news);
  return inFrame(subject, [...lines, `Settings: ${frame.settingsUrl}`], frame);
};

const linesOf = (news: MailNews): { subject: string; lines: readonly string[] } => {
  if (news.kind === 'mended') {
    const { mended, over } = wordsOf(news.cause);
    return { subject: `Solved: ${mended}`, lines: [over, 'There is nothing to do.'] };
  }
  if (news.kind === 'problem') {
    return { subject: wordsOf(news.cause).problem, lines: [news.message, `What to do: ${news.todo}`] };
  }
  const when = news.daysLeft <= 1 ? 'within a day' : `in ${news.daysLeft} days`;
  return {
    subject: `Lever’s permission ends ${when}`,
    lines: [
      `Lever’s permission lasts a year and ends ${when}. After that, no background checks will start until it is renewed.`,
      'What to do: open the settings and press Authorize Lever. Nothing is interrupted.',
    ],
  };
};

/** The mail that asks whether the address wants these mails at all. */
export const confirmationText = (confirmUrl: string, frame: MailFrame): MailText =>
  inFrame(
    'Confirm this address for notices about background checks',
    [
      'Somebody asked us to tell you at this address when background checks from Lever stop working, and when they work again.',
      `To agree, open this page within ${confirmationDays} days and press Confirm: ${confirmUrl}`,
      'If you do nothing, we will not write to you again.',
    ],
    frame,
  );

const inFrame = (subject: string, lines: readonly string[], frame: MailFrame): MailText => ({
  subject,
  text: [
    `Lever background checks of ${frame.accountName}`,
    ...lines,
    `To stop these e-mails: ${frame.unsubscribeUrl}`,
  ].join('\n\n'),
});

/** The address as people see it again: `d…@acme.example`. */
export const maskedAddress = (address: string): string => {
  const at = address.lastIndexOf('@');
  return `${[...address][0] ?? ''}…${address.slice(at)}`;
};
