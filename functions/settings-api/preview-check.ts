import type * as z from 'zod/mini';
import { withPackageName } from '#shared/accounts/name-package.ts';
import { type Account, hourlyCapOf } from '#shared/domain/account.ts';
import { withPhone } from '#shared/domain/candidate.ts';
import { Failure } from '#shared/domain/failure.ts';
import type { Opportunity } from '#shared/domain/opportunity.ts';
import { pauseOf } from '#shared/domain/pause.ts';
import { followedEntry } from '#shared/domain/person.ts';
import {
  asIfItHadEntered,
  decideAsIfEntered,
  previewedEntry,
  previewedLever,
  previewedProblem,
  sentOf,
  wantedPackage,
} from '#shared/domain/preview.ts';
import type { ProblemCode } from '#shared/domain/stage-entry.ts';
import { nameIn } from '#shared/domain/trigger-stage.ts';
import type { Request } from '#shared/edge/authorize.ts';
import type { Answer } from '#shared/edge/http-handler.ts';
import type { Lever } from '#shared/lever/lever-client.ts';
import { readOpportunityLink } from '#shared/lever/opportunity-link.ts';
import { readPhone } from '#shared/lever/read-phone.ts';
import { hasRoomThisHour } from '#shared/stores/hourly-orders.ts';
import type { AppPorts } from '#shared/vendors.ts';
import { askLever } from './ask-lever.ts';
import { findPersonsCheck } from './find-persons-check.ts';
import { type previewAnswerSchema, previewSchema } from './preview-schemas.ts';
import { invalid, readBody } from './read-body.ts';

type Previewed = z.infer<typeof previewAnswerSchema>;
/** What would become of it, and what Lever would show. */
type Outcome = Pick<Previewed, 'outcome' | 'why'> & { readonly lever: ReturnType<typeof previewedLever> };

/**
 * What would happen if a candidate were moved into the trigger stage now. Orders and writes nothing, and asks Turn nothing: what
 * is known of earlier checks has to do.
 */
export const previewCheck = async ({ account, incoming }: Request, ports: AppPorts): Promise<Answer> => {
  const read = readBody(incoming, previewSchema);
  if ('refusal' in read) return read.refusal;
  const opportunityId = readOpportunityLink(read.value.candidate);
  if (opportunityId === null) return invalid({ candidate: 'Paste the link of a candidate’s page in Lever.' });
  const asked = await askLever(account, 'preview', ports, (lever) => preview(opportunityId, account, lever, ports));
  if ('refusal' in asked) return asked.refusal;
  return { status: 200, json: asked.value };
};

const preview = async (id: string, account: Account, lever: Lever, ports: AppPorts): Promise<Previewed> => {
  const read = await lever.readOpportunity(id).catch(nullIfHidden);
  const common = {
    opportunityId: id,
    stage: account.triggerStages[0]?.name ?? null,
    startsInSeconds: account.graceSeconds,
  };
  if (read === null) {
    return { ...common, ...problem('confidential', account, ports.now()), package: null, sent: null };
  }
  const { stage } = read;
  const opportunity = { ...read, stage: { ...stage, name: stage.name ?? nameIn(account.stages, stage.id) ?? null } };
  return {
    ...common,
    stage: account.triggerStages.length === 0 ? null : asIfItHadEntered(opportunity, account, 0).stage.name,
    ...(await outcomeOf(opportunity, account, lever, ports)),
    package: wantedPackage(opportunity.tags, account),
    sent: sentOf(opportunity, opportunity.phones.map(readPhone)),
  };
};

const outcomeOf = async (
  opportunity: Opportunity,
  account: Account,
  lever: Lever,
  ports: AppPorts,
): Promise<Outcome> => {
  const now = ports.now();
  const { accountId } = account;
  const { record } = await ports.records.load(accountId, opportunity.opportunityId);
  const decision = decideAsIfEntered(opportunity, account, record, now);
  switch (decision.kind) {
    case 'problem':
      return problem(decision.code, account, now);
    case 'rerun_denied': {
      const denied = { state: 'rerun_denied', enteredAt: decision.enteredAt, changedAt: now } as const;
      return { outcome: 'nothing', why: decision.kind, lever: previewedLever([...record.entries, denied], account) };
    }
    case 'ignore':
      return { outcome: 'nothing', why: decision.reason, lever: previewedLever(record.entries, account) };
    case 'wait':
      return { outcome: 'wait', why: 'grace', lever: previewedLever(record.entries, account) };
    case 'start':
      break;
  }
  const order = await findPersonsCheck(opportunity, decision, account, lever, ports);
  if (order?.state === 'ordered') {
    const entry = followedEntry(decision, order);
    return { outcome: 'follow', why: 'person_has_check', lever: previewedLever([entry], account) };
  }
  if (order !== null) return { outcome: 'wait', why: 'person_order_in_flight', lever: { tag: null, notes: [] } };
  if (pauseOf(account, await ports.pauses.allPausedSince()) !== null) {
    return { outcome: 'wait', why: 'ordering_paused', lever: { tag: null, notes: [] } };
  }
  const { turnToken } = (await ports.credentials.load(accountId)).credentials;
  if (turnToken === null) return problem('turn_token_rejected', account, now);
  const hourlyCap = hourlyCapOf(account, ports.config.defaultHourlyCap);
  if (hourlyCap !== null && !(await hasRoomThisHour(ports.table, accountId, hourlyCap, now))) {
    return { ...problem('cap_reached', account, now), outcome: 'wait' };
  }
  const named = await withPackageName(accountId, decision, ports);
  return {
    outcome: 'start',
    why: null,
    lever: previewedLever([previewedEntry(withPhone(named, opportunity.phones.map(readPhone)))], account),
  };
};

const problem = (code: ProblemCode, account: Account, now: number): Outcome => ({
  outcome: 'problem',
  why: code,
  lever: previewedLever([previewedProblem(code, now)], account),
});

/** Lever lets us in, but does not let us see this one. */
const nullIfHidden = (error: unknown): null => {
  if (error instanceof Failure && error.code === 'lever_forbidden') return null;
  throw error;
};
