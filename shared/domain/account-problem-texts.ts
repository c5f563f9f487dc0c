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
  message: 'Lever no longer lets us in. Nothing is lost.',
  todo: 'Authorize Lever again; we then catch up with what happened meanwhile.',
};
export const accessDenied: Told = {
  message: 'Lever forbids our access to everything, so no check starts and Lever shows no news. Nothing is lost.',
  todo: 'Ask a Super Admin of Lever to allow it again in Lever’s settings, or press Authorize Lever.',
};
export const appRejected: Told = {
  message: 'Lever refuses this service itself, so no check starts and Lever shows no news. Nothing is lost.',
  todo: 'Nothing on your side: Turn has been told and sees to it.',
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
  todo: 'Nothing on your side: the checks that wait then start by themselves. Ask Turn support why.',
};
export const turnTokenRejected: Told = {
  message: 'Turn refuses this account’s token, so no check can start.',
  todo: 'Ask Turn support to renew it. The checks that wait then start by themselves.',
};
export const leverNotAnswering: Told = {
  message: 'Lever is not answering, or asks us to be slower. Checks start late, and Lever shows no news.',
  todo: 'Nothing: as soon as Lever answers again, we catch up.',
};
export const turnNotAnswering: Told = {
  message: 'Turn is not answering. Checks start late, and Lever shows no news of those that run.',
  todo: 'Nothing: as soon as Turn answers again, we catch up.',
};
export const workOverdue: Told = {
  message: 'This service is behind with its work.',
  todo: 'Nothing on your side: Turn has been told and sees to it. Nothing is lost.',
};
export const workFailing: Told = {
  message: 'For some candidates, Lever or Turn has given no usable answer for a while.',
  todo: 'Nothing at first: we go on asking. If this stays for hours, ask Turn support.',
};
export const needAttention: Told = {
  message: 'Some candidates have no check, because something about them is missing or unclear.',
  todo: 'Each of them carries the tag TurnStatus:error and a note in Lever that says what to do.',
};
export const limitReached: Told = {
  message: 'The hourly limit of checks is reached.',
  todo: 'Nothing: the checks that wait start in one of the next hours. To start more in an hour, raise the limit in Settings.',
};

export const webhooksMissing: Told = {
  message:
    'The webhooks that tell of moves are missing in Lever: they were removed there, or could not be set up. Until they are there, moves are found within the hour.',
  todo: 'Press Authorize Lever again to set them up.',
};
export const secretMissing: Told = {
  message: 'We cannot tell Lever’s webhooks from forged ones yet, so we refuse them.',
  todo: 'Authorize Lever, or paste the signature token that Lever shows under Settings → Integrations & API → Webhooks.',
};
export const secretWrong: Told = {
  message: 'The last webhook was signed with a secret that is not saved here, and was refused.',
  todo: 'If you have set up a webhook by hand in Lever, under Settings → Integrations & API → Webhooks, copy its signature token once more, save it as Webhook Secret, and press Verify Connection there; or remove that webhook.',
};
export const webhooksSilent: Told = {
  message: 'Candidates move in Lever, but no webhook says so. Until one does, moves are found within the hour.',
  todo: 'Ask a Super Admin of Lever to switch on “Candidate Stage Change” in Lever, under Settings → Integrations & API → Webhooks.',
};
