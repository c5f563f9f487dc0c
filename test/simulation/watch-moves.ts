import type { HttpRequest } from '#shared/http/send-request.ts';
import { readCheckStatus } from '#shared/turn/check-status.ts';
import { type Customer, type Models, targetStages, triggerStage } from './machine/customers.ts';
import type { Truth } from './watch.ts';

/** Are we about to move a candidate to another stage? */
export const isMove = ({ method, url }: HttpRequest): boolean => method === 'PUT' && url.pathname.endsWith('/stage');

/** The checks that belong to a candidate: ordered for the opportunity, or named in its notes. */
export const checksShownBy = ({ turn }: Models, { recruiter, partner }: Customer, id: string) =>
  turn.checks.filter(
    ({ partnerId, turnId, referenceId }) =>
      partnerId === partner.id &&
      (referenceId?.startsWith(`${id}-`) === true ||
        recruiter.notes(id).some((note) => note.includes(`Turn ID: ${turnId}`))),
  );

/** So long ago the candidate was read at most. */
const readWithinMs = 60_000;

const outcomes = ['clear', 'consider'] as const;

/**
 * 10: a candidate is moved only after the outcome for which the account chose it, only out of a stage that starts checks, only to one that
 * starts none, and once for a check and outcome; a note tells only of a move that was made.
 */
export const createMoveWatch = (models: Models, truth: Truth, violate: (what: string) => void) => {
  /** Moves of ours that changed the stage, by candidate and stage. */
  const made = new Map<string, number>();
  /** Where the candidates of moves under way stood before. */
  const before = new Map<string, string>();
  return {
    onSent: (customer: Customer, id: string): void => {
      const opportunity = customer.find(id);
      if (opportunity === undefined) return;
      // Whoever read it before goes by that for a while.
      truth.pasts.note(id, {
        ...opportunity,
        tags: [...opportunity.tags],
        stageChanges: [...opportunity.stageChanges],
      });
      before.set(id, opportunity.stageId);
    },
    onMoved: (customer: Customer, id: string, body: string): void => {
      const { stages } = customer.recruiter.organization;
      const to = stages.find((stage) => body.includes(`"${stage.id}"`));
      const opportunity = customer.find(id);
      if (to === undefined || opportunity === undefined) return;
      const outcome = outcomes.find((each) => targetStages[each] === to.text);
      const triggers = [stages[2]?.id, ...(truth.settingsChanged ? [stages[3]?.id] : [])];
      const possible = truth.pasts.recent(id, readWithinMs);
      if (!possible.some(({ stageId }) => triggers.includes(stageId)))
        violate('10: a candidate was moved who stood in no stage that starts checks');
      if (possible.every(({ archived }) => archived !== null)) violate('10: an archived candidate was moved');
      const checks = checksShownBy(models, customer, id);
      const states = checks.flatMap(({ state, workerId }) => [state, ...truth.turnPasts.recent(workerId)]);
      if (!states.some((state) => readCheckStatus(state).name === outcome))
        violate(`10: a candidate was moved to ${to.text} although no check has that outcome`);
      const key = `${id} ${to.id}`;
      const times = (made.get(key) ?? 0) + (before.get(id) === to.id ? 0 : 1);
      made.set(key, times);
      truth.moved.add(id);
      if (times > checks.length) violate('10: a candidate was moved twice after one check');
    },
    onNote: (customer: Customer, id: string): void => {
      const [, text] = /^Moved to “(.+)”/u.exec(customer.recruiter.notes(id).at(-1) ?? '') ?? [];
      const stage = customer.recruiter.organization.stages.find((each) => each.text === text);
      const isThere = customer
        .find(id)
        ?.stageChanges.slice(1)
        .some(({ toStageId }) => toStageId === stage?.id);
      if (text !== undefined && isThere !== true) violate('10: a note tells of a move that was not made');
    },
  };
};

/** 10: who is clear, and has stood in the stage all the time, is moved, or a note says that it could not be done. */
export const isLeftBehind = (
  customer: Customer,
  id: string,
  truth: Truth,
  state: string,
  enteredAt: number,
): boolean => {
  const opportunity = customer.recruiter.organization.opportunities.get(id);
  const trigger = customer.recruiter.organization.stages.find(({ text }) => text === triggerStage);
  const isStanding = opportunity?.stageId === trigger?.id && opportunity?.stageChanges.at(-1)?.updatedAt === enteredAt;
  const wasArchived = [opportunity, ...truth.pasts.ever(id)].some((each) => each?.archived !== null);
  const isTold = customer.recruiter.notes(id).some((note) => note.includes('Please move the candidate yourself'));
  return isStanding && !wasArchived && !isTold && readCheckStatus(state).name === 'clear';
};
