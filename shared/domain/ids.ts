/** Every id and secret that comes from outside is judged here, and nowhere else. */

const matches =
  (shape: RegExp) =>
  (text: string): boolean =>
    shape.test(text);

/** Turn's id of a customer, as an account is called here. */
export const isAccountId = matches(/^[\w-]{1,64}$/u);

/** Lever's id of an opportunity: a UUID in every record seen, but nobody promises that. */
export const isOpportunityId = matches(/^[A-Za-z0-9-]{1,64}$/u);

/** The id of one delivery, as API Gateway and SQS give it: random, and so nobody's. */
export const isCorrelationId = matches(/^[\w+/=-]{1,64}$/u);

/** Lever's id of a person. */
export const isContactId = matches(/^[A-Za-z0-9-]{1,64}$/u);

/** Lever's id of a user of theirs. */
export const isLeverUserId = matches(/^[A-Za-z0-9-]{1,64}$/u);

/** Lever's id of a stage: not all of them are UUIDs (`applicant-new`). */
export const isStageId = matches(/^[\w-]{1,64}$/u);

/** Turn's id of a package: `P` and up to 20 digits. */
export const isPackageId = matches(/^P\d{1,20}$/u);

export const packageIdRule = 'A package id is the letter P and up to 20 digits.';

/** Secrets that Lever signs webhooks with: 48 hex characters where seen; its reference prints others, so that only length and printable characters are asked for. */
export const isWebhookSecret = matches(/^[\x21-\x7e]{16,256}$/u);

/** The events that we want to hear of. Lever issues a secret for each webhook, and a webhook tells of one event. */
export const webhookEvents = ['candidateStageChange', 'candidateDeleted', 'candidateArchiveChange'] as const;
export type WebhookEvent = (typeof webhookEvents)[number];

/** The event that a webhook is first set up for, and that a secret belongs to of which nothing else is said. */
export const mainWebhookEvent: WebhookEvent = 'candidateStageChange';

export const webhookSecretRule =
  'This is not a signature token of Lever. A token has 16 to 256 characters and no spaces. Copy it from Lever: Settings → Integrations & API → Webhooks.';

/** The id under which Turn knows the check of an entry (`reference_id`): the same for every attempt at the same entry, so that Turn can be asked by it even if the table was restored. */
export const referenceIdFor = (opportunityId: string, enteredAt: number): string => `${opportunityId}-${enteredAt}`;

/** Whose entry a reference id stands for, and when it was made, in epoch milliseconds. */
export type Reference = { readonly opportunityId: string; readonly enteredAt: number };

/** The entry that a reference id of our form stands for, whether there is one or not; null where it is not of our form. */
export const parseReferenceId = (referenceId: string): Reference | null => {
  const [, opportunityId = '', enteredAt] = /^(.+)-(\d{1,16})$/u.exec(referenceId) ?? [];
  return isOpportunityId(opportunityId) ? { opportunityId, enteredAt: Number(enteredAt) } : null;
};

const scatterPrime = 65_521;

/** A number from 0 to 65,520 that an id leads to, always the same. */
export const numberOf = (id: string): number =>
  [...id].reduce((total, letter) => (total * 31 + (letter.codePointAt(0) ?? 0)) % scatterPrime, 7);

/** The same in [0, 1), ids that resemble each other far apart: steps of the golden ratio. */
export const scattered = (id: string): number => ((numberOf(id) * 40_503) % scatterPrime) / scatterPrime;
