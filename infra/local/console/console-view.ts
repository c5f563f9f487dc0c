import type { TriggerStage } from '#shared/domain/account.ts';
import { parseReferenceId } from '#shared/domain/ids.ts';
import { isTriggerStage } from '#shared/domain/trigger-stage.ts';
import type { MailboxMail } from '../emulators/ses-emulator.ts';
import type { State } from '../read-state-now.ts';
import type { LeverModel } from '../sandbox/lever-model.ts';
import type { LeverOpportunity, LeverOrganization, LeverWebhook } from '../sandbox/lever-records.ts';
import type { Delivery } from '../sandbox/outbox.ts';
import type { TurnModel } from '../sandbox/turn-model.ts';
import type { TurnCheck } from '../sandbox/turn-records.ts';
import { isVerification } from './delivery-words.ts';
import type { LoggedEvent } from './notebook.ts';
import { packageName, packageTag } from './package-names.ts';
import type { ScenarioView } from './scenario-runner.ts';
import type { TurnControls } from './turn-controls.ts';

/** Everything that the console's page shows at one moment. */
export type ConsoleView = {
  /** How far the stack's clock runs ahead of the machine's. */
  clockOffsetMs: number;
  work: WorkView | null;
  settingsUrl: string | null;
  organizations: { id: string; name: string }[];
  /** In which organization each candidate is. */
  organizationOf: Record<string, string>;
  lever: LeverView;
  turn: TurnView;
  scenarios: ScenarioView[];
  eventLog: readonly LoggedEvent[];
  /** What was mailed, newest first. */
  mails: readonly MailboxMail[];
};
export type WorkView = { idle: boolean; retryScheduled: number; dead: number };

export type LeverView = ReturnType<typeof leverView>;
export type CandidateView = ReturnType<typeof candidateView>;
export type WebhookView = ReturnType<typeof webhookView>;
export type DeliveryView = ReturnType<typeof deliveryView>;
export type TurnView = ReturnType<typeof turnView>;
export type CheckView = ReturnType<typeof checkView>;

/** Whether anything is being worked on; null when it cannot be told. */
export const workView = (state: State | null): WorkView | null =>
  state && {
    idle: state.idle,
    retryScheduled: state.parked,
    dead: Object.values(state.queues).reduce((sum, { dead }) => sum + dead, 0),
  };

const mostDeliveries = 40;

/** One organization of Lever as its people and its admin see it. */
export const leverView = (
  lever: LeverModel,
  organization: LeverOrganization,
  controls: TurnControls,
  triggers: readonly TriggerStage[],
) => ({
  id: organization.id,
  name: organization.name,
  isDown: controls.isDown('lever'),
  stages: organization.stages.map(({ id, text }) => ({
    id,
    name: text,
    startsCheck: isTriggerStage(triggers, { id, name: text }),
  })),
  candidates: [...organization.opportunities.values()].map((opportunity) => candidateView(organization, opportunity)),
  apps: lever.tokens.grants(organization.id).map(({ clientId, grantedAt }) => ({ clientId, grantedAt })),
  webhooks: organization.webhooks.map(webhookView),
  silencedEvents: [...organization.silencedEvents],
  deliveries: lever.outbox.deliveries
    .filter(({ account }) => account === organization.id)
    .slice(-mostDeliveries)
    .reverse()
    .map(deliveryView),
});

const candidateView = (organization: LeverOrganization, opportunity: LeverOpportunity) => {
  const { id, contactId, stageId, tags, archived, confidentiality, stageChanges } = opportunity;
  const person = opportunity.shown ?? organization.contacts.get(contactId);
  return {
    id,
    stageId,
    tags,
    isArchived: archived !== null,
    isConfidential: confidentiality === 'confidential',
    name: person?.name ?? '',
    emails: person?.emails ?? [],
    phones: person?.phones.map(({ value }) => value) ?? [],
    /** The person's other opportunities, in this order. */
    others: [...organization.opportunities.values()]
      .filter((other) => other.id !== id && other.contactId === contactId)
      .map((other) => ({
        id: other.id,
        stage: organization.stages.find((stage) => stage.id === other.stageId)?.text ?? 'a deleted stage',
      })),
    notes: organization.notes
      .filter(({ opportunityId, deletedAt }) => opportunityId === id && deletedAt === null)
      .map((note) => ({ id: note.id, value: note.value, createdAt: note.createdAt, isSecret: note.secret }))
      // Newest first, also where two were written in the same moment.
      .reverse()
      .sort((a, b) => b.createdAt - a.createdAt),
    history: stageChanges
      .map(({ toStageId, updatedAt }) => ({
        stage: organization.stages.find((stage) => stage.id === toStageId)?.text ?? 'a deleted stage',
        at: updatedAt,
      }))
      .reverse(),
  };
};

const webhookView = ({ id, event, url, signatureToken, madeByApi }: LeverWebhook) => ({
  id,
  event,
  url,
  madeByApi,
  // Lever shows a Super Admin the token of what was set up by hand; that of an app's own webhook only the app knows.
  signatureToken: madeByApi ? null : signatureToken,
});

const deliveryView = ({ id, event, body, state, attempts, postedAt, nextAttemptAt }: Delivery) => ({
  id,
  event,
  state,
  attempts,
  postedAt,
  isVerification: isVerification(body),
  nextAttemptAt: state === 'waiting' && attempts.length > 0 ? nextAttemptAt : null,
});

/** Turn's side: the packages, and every check, newest first. */
export const turnView = (turn: TurnModel, controls: TurnControls) => ({
  isDown: controls.isDown('turn'),
  nextCallback: controls.nextCallback(),
  refusesToken: controls.refusesToken(),
  // Every sample customer of Turn has the same ones.
  packages: (turn.partners[0]?.packageIds ?? []).map((id) => ({
    id,
    name: packageName(id),
    tag: packageTag(id),
    isDefault: id === turn.partners[0]?.defaultPackageId,
  })),
  checks: turn.checks.map(checkView).reverse(),
});

const checkView = (check: TurnCheck) => ({
  workerId: check.workerId,
  turnId: check.turnId,
  state: check.state,
  invitations: check.invitations,
  name: `${check.firstName} ${check.lastName}`,
  packageId: check.packageId,
  packageName: packageName(check.packageId),
  orderedAt: check.orderedAt,
  candidateId: check.referenceId === null ? null : (parseReferenceId(check.referenceId)?.opportunityId ?? null),
});
