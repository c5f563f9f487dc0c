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
    problem: 'Lever does not let us in: no background checks start',
    mended: 'Lever lets us in again',
    over: 'Lever lets us in again. We catch up with what happened meanwhile.',
  },
  turn_token: {
    problem: 'Turn does not accept the account’s token: no background checks start',
    mended: 'Turn’s token is no longer a problem',
    over: 'No candidate waits for Turn’s token any more.',
  },
  webhooks: {
    problem: 'Lever’s webhooks are missing: background checks start late',
    mended: 'Lever tells of moves again',
    over: 'The webhooks that tell of moves are back, and checks start at once again.',
  },
  lever_not_answering: {
    problem: 'Lever has not answered for an hour: background checks wait',
    mended: 'Lever answers again',
    over: 'No candidate waits for Lever any more.',
  },
  turn_not_answering: {
    problem: 'Turn has not answered for an hour: background checks wait',
    mended: 'Turn answers again',
    over: 'No candidate waits for Turn any more.',
  },
  hourly_limit: {
    problem: 'The hourly limit of background checks is reached',
    mended: 'The hourly limit keeps nobody waiting any more',
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
      `Lever’s permission lasts a year, and ends ${when}. From then on, no background checks would start.`,
      'What to do: open the settings and press Authorize Lever. Nothing stops meanwhile.',
    ],
  };
};

/** The mail that asks whether the address wants these mails at all. */
export const confirmationText = (confirmUrl: string, frame: MailFrame): MailText =>
  inFrame(
    'Confirm this address for notices about background checks',
    [
      `Somebody entered your address to be told when background checks from Lever stop working, and when they work again.`,
      `To agree, open this page within ${confirmationDays} days and press Confirm: ${confirmUrl}`,
      'If you do nothing, you hear no more of us.',
    ],
    frame,
  );

const inFrame = (subject: string, lines: readonly string[], frame: MailFrame): MailText => ({
  subject,
  text: [
    `Lever background checks of ${frame.accountName}`,
    ...lines,
    `You no longer want these mails? ${frame.unsubscribeUrl}`,
  ].join('\n\n'),
});

/** The address as people see it again: `d…@acme.example`. */
export const maskedAddress = (address: string): string => {
  const at = address.lastIndexOf('@');
  return `${[...address][0] ?? ''}…${address.slice(at)}`;
};
