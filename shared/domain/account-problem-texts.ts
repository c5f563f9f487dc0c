/** What people read of an account's problems: what is wrong, and what to do. */

/** A problem in words. `since` null: nobody knows. */
export type Told = {
  readonly message: string;
  readonly todo: string;
  readonly since?: number | null;
  readonly candidates?: number;
};

export const notConnected: Told = {
  message: 'Lever is not connected, so moving a candidate starts nothing.',
  todo: 'Press Authorize Lever. Your role in Lever must be Super Admin.',
};
export const disconnected: Told = {
  message: 'We no longer have access to Lever. Nothing is lost.',
  todo: 'Authorize Lever again. We then catch up on what happened meanwhile.',
};
export const disconnectedByRestore: Told = {
  message:
    'We no longer have access to Lever, most likely because Turn restored this service’s data from a backup. Nothing is lost.',
  todo: disconnected.todo,
};
export const accessDenied: Told = {
  message: 'Lever denies us all access, so no check starts and Lever is not updated. Nothing is lost.',
  todo: 'Ask a Super Admin of Lever to allow it again in Lever’s settings, or press Authorize Lever.',
};
export const appRejected: Told = {
  message: 'Lever refuses this service as a whole, so no check starts and Lever is not updated. Nothing is lost.',
  todo: 'You need not do anything: Turn has been told and is working on it.',
};
export const turnTokenMissing: Told = {
  message: 'Turn has not given this account a token yet, so no check can start.',
  todo: 'Ask Turn support to add it.',
};
export const pausedByAccount: Told = {
  message: 'New checks are paused on this page: nothing is ordered until they are resumed. Nothing is lost.',
  todo: 'Press Resume. The checks that wait then start by themselves, within your hourly limit.',
};
export const pausedByTurn: Told = {
  message: 'New checks are paused by Turn: nothing is ordered until Turn resumes them. Nothing is lost.',
  todo: 'You need not do anything: the checks that wait then start by themselves. To learn why, ask Turn support.',
};
export const turnTokenRejected: Told = {
  message: 'Turn refuses this account’s token, so no check can start.',
  todo: 'Ask Turn support to renew it. Once that is done, the waiting checks start.',
};
export const leverNotAnswering: Told = {
  message: 'Lever is not answering, or asks us to slow down. Checks start late, and Lever is not updated.',
  todo: 'You need not do anything: as soon as Lever answers again, we catch up.',
};
export const turnNotAnswering: Told = {
  message: 'Turn is not answering. Checks start late, and Lever does not show the latest status of running checks.',
  todo: 'You need not do anything: as soon as Turn answers again, we catch up.',
};
export const workOverdue: Told = {
  message: 'This service is behind with its work.',
  todo: 'You need not do anything: Turn has been told and is working on it. Nothing is lost.',
};
export const workFailing: Told = {
  message: 'For some candidates, Lever or Turn has not given a usable answer for a while.',
  todo: 'We keep trying. If this lasts for hours, ask Turn support.',
};
export const needAttention: Told = {
  message: 'Some candidates have no check because something about them is missing or unclear.',
  todo: 'Each of them has the tag TurnStatus:error and a note in Lever that says what to do.',
};
export const limitReached: Told = {
  message: 'The hourly limit of checks is reached.',
  todo: 'You need not do anything: the waiting checks start in one of the next hours. To start more per hour, raise the limit in Settings.',
};

export const webhooksMissing: Told = {
  message:
    'The webhooks that report moves are missing in Lever: somebody removed them, or they could not be set up. Until they are back, we may notice a move up to an hour late.',
  todo: 'Press Authorize Lever again to set them up.',
};
export const secretMissing: Told = {
  message: 'We cannot tell Lever’s webhooks from forged ones yet, so we refuse them.',
  todo: 'Authorize Lever, or paste the signature token that Lever shows under Settings → Integrations & API → Webhooks.',
};
export const secretWrong: Told = {
  message: 'We refused the last webhook, because it was signed with a secret that is not saved here.',
  todo: 'If you set up a webhook by hand in Lever under Settings → Integrations & API → Webhooks, copy its signature token again, save it here as Webhook Secret, and press Verify Connection in Lever. Or remove that webhook.',
};
export const webhooksSilent: Told = {
  message: 'Candidates move in Lever, but no webhook arrives. Until one does, we may notice a move up to an hour late.',
  todo: 'Ask a Super Admin of Lever to switch on “Candidate Stage Change” in Lever, under Settings → Integrations & API → Webhooks.',
};
