import { setTimeout as wait } from 'node:timers/promises';
import type { State } from '../read-state-now.ts';
import type { LeverModel } from '../sandbox/lever-model.ts';
import type { Delivery } from '../sandbox/outbox.ts';
import { SAMPLE_ORGANIZATION_ID, SAMPLE_TRIGGER_STAGE_ID } from '../sandbox/sample-organization.ts';
import type { TurnModel } from '../sandbox/turn-model.ts';
import type { EventLog } from './event-log.ts';
import { emailOf, type Names } from './invented-people.ts';
import type { TurnControls } from './turn-controls.ts';

type Candidate = { name?: string; email?: string | null; tags?: string[] };

/** What a scenario can do; it is about one candidate, who enters first. */
export type ScenarioSetup = {
  /** A new candidate is moved into the trigger stage; waits until a check's tag shows, unless it is not to be seen. */
  enter(candidate: Candidate, options?: { isSeen: boolean }): Promise<{ webhook: Delivery | undefined }>;
  /** The same for one who gets no check: waits until the problem shows. */
  enterInVain(candidate: Candidate): Promise<void>;
  /** Another opportunity of the same person is moved into the trigger stage; from now on the scenario is about it. */
  enterAgain(): Promise<void>;
  /** A new candidate is archived, and moved into the trigger stage all the same. */
  enterArchived(): Promise<void>;
  unarchive(): Promise<void>;
  /** Turn moves the check through these states; waits until each shows in Lever, unless it is not to be seen. */
  turnMoves(states: readonly string[], options?: { isSeen: boolean }): Promise<void>;
  untilTag(tag: string): Promise<void>;
  /** Waits until Turn has refused one more order, or its answer to it was lost. */
  untilOrderFails(): Promise<void>;
  /** Waits until nothing is left to do now, so that it is from now on that time passes, and lets it pass. */
  letPass(seconds: number, words: string): Promise<void>;
  deliverAgain(webhook: Delivery | undefined): void;
  loseNextCallback(): void;
  loseAnswerToNextOrder(): void;
  failNextOrders(times: number): void;
  tell(text: string): void;
};

type ScenarioNeeds = {
  lever: LeverModel;
  turn: TurnModel;
  controls: TurnControls;
  eventLog: EventLog;
  names: Names;
  state(): Promise<Pick<State, 'idle'>>;
  advanceClock(seconds: number): Promise<void>;
  /** Tells who the scenario is about, as soon as that is known. */
  onCandidate(candidateId: string): void;
};

// People must be able to follow with their eyes.
const pauseMs = 900;
const lookEveryMs = 50;
// A busy machine takes a minute for what takes a moment on an idle one.
const patienceMs = 300_000;
const order = { method: 'POST', path: '/person/search_async' };

/** The hands of one scenario, on the sample organization. */
export const createScenarioSetup = (needs: ScenarioNeeds): ScenarioSetup => {
  const { lever, turn, controls, eventLog, names } = needs;
  const recruiter = lever.recruiter(SAMPLE_ORGANIZATION_ID);
  let candidateId = '';
  let requestsSeen = turn.requests.length;

  const until = async (isThere: () => boolean | Promise<boolean>, what: string): Promise<void> => {
    const giveUpAt = Date.now() + patienceMs;
    while (!(await isThere())) {
      if (Date.now() > giveUpAt) throw new Error(`Waited ${patienceMs / 1000} s in vain for ${what}.`);
      await wait(lookEveryMs);
    }
  };
  const statusTags = (): string[] => recruiter.tags(candidateId).filter((tag) => tag.startsWith('TurnStatus:'));
  const untilTag = (tag: string): Promise<void> => until(() => statusTags().join() === tag, tag);
  const enter = async ({ name = names.next(), email = emailOf(name), tags = [] }: Candidate) => {
    const emails = email === null ? [] : [email];
    candidateId = recruiter.addOpportunity({ name, emails, tags, stage: 'On-site interview' }).id;
    needs.onCandidate(candidateId);
    await wait(pauseMs);
    const [webhook] = recruiter.moveToStage(candidateId, SAMPLE_TRIGGER_STAGE_ID);
    return { webhook };
  };
  const workerId = (): string | undefined =>
    turn.checks.find(({ referenceId }) => referenceId?.startsWith(candidateId))?.workerId;

  return {
    enter: async (candidate, { isSeen } = { isSeen: true }) => {
      const entered = await enter(candidate);
      if (isSeen) await untilTag('TurnStatus:emailed');
      return entered;
    },
    enterInVain: async (candidate) => {
      await enter(candidate);
      await untilTag('TurnStatus:error');
    },
    enterAgain: async () => {
      await wait(pauseMs);
      candidateId = recruiter.addOpportunityOf(candidateId).id;
      needs.onCandidate(candidateId);
      await wait(pauseMs);
      recruiter.moveToStage(candidateId, SAMPLE_TRIGGER_STAGE_ID);
      await untilTag('TurnStatus:emailed');
    },
    enterArchived: async () => {
      const name = names.next();
      candidateId = recruiter.addOpportunity({ name, emails: [emailOf(name)], stage: 'On-site interview' }).id;
      needs.onCandidate(candidateId);
      await wait(pauseMs);
      recruiter.archive(candidateId);
      recruiter.moveToStage(candidateId, SAMPLE_TRIGGER_STAGE_ID);
      await wait(3 * pauseMs);
    },
    unarchive: async () => {
      recruiter.unarchive(candidateId);
      await untilTag('TurnStatus:emailed');
    },
    turnMoves: async (states, { isSeen } = { isSeen: true }) => {
      for (const state of states) {
        await wait(pauseMs);
        const before = statusTags().join();
        controls.advance(workerId() ?? '', state);
        if (isSeen)
          await until(() => statusTags().length === 1 && statusTags().join() !== before, `the tag for ${state}`);
      }
    },
    untilTag,
    untilOrderFails: async () => {
      const failed = (): boolean =>
        turn.requests.slice(requestsSeen).some(({ path, status }) => path === order.path && !(Number(status) < 400));
      await until(failed, 'an order that fails');
      requestsSeen = turn.requests.length;
    },
    letPass: async (seconds, words) => {
      await wait(pauseMs);
      await until(async () => (await needs.state()).idle, 'the work to be done');
      eventLog.tell(words, candidateId);
      await needs.advanceClock(seconds);
    },
    deliverAgain: (webhook) => void lever.redeliver(webhook?.id ?? ''),
    loseNextCallback: () => controls.setNextCallback('lose'),
    loseAnswerToNextOrder: () => turn.failNext({ ...order, times: 1, failure: 'lost-answer' }),
    failNextOrders: (times) => turn.failNext({ ...order, times, failure: 503 }),
    tell: (text) => eventLog.tell(text, candidateId),
  };
};
