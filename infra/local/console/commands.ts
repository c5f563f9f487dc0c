import * as z from 'zod';
import { addStage, deleteStage, removeWebhook } from '../sandbox/lever-admin.ts';
import type { LeverModel } from '../sandbox/lever-model.ts';
import { LEVER_EVENTS } from '../sandbox/lever-webhooks.ts';
import type { TurnModel } from '../sandbox/turn-model.ts';
import type { EventLog } from './event-log.ts';
import { emailOf, type Names } from './invented-people.ts';
import type { ScenarioRunner } from './scenario-runner.ts';
import type { TurnControls } from './turn-controls.ts';

const id = z.string().min(1);
const text = z.string().trim().min(1).max(200);
const inLever = { organizationId: id };
const ofCandidate = { ...inLever, candidateId: id };

/** Everything that a person can do on the console's page. */
export const commandSchema = z.discriminatedUnion('do', [
  z.strictObject({ do: z.literal('add-candidate'), ...inLever, stageId: id }),
  z.strictObject({ do: z.literal('move'), ...ofCandidate, stageId: id }),
  z.strictObject({ do: z.literal('add-tag'), ...ofCandidate, tag: text }),
  z.strictObject({ do: z.literal('remove-tag'), ...ofCandidate, tag: z.string() }),
  z.strictObject({ do: z.literal('set-name'), ...ofCandidate, name: text }),
  z.strictObject({ do: z.literal('set-emails'), ...ofCandidate, emails: z.array(text).max(10) }),
  z.strictObject({ do: z.literal('set-phones'), ...ofCandidate, phones: z.array(text).max(10) }),
  z.strictObject({ do: z.literal('add-opportunity'), ...ofCandidate }),
  z.strictObject({ do: z.literal('archive'), ...ofCandidate, archived: z.boolean() }),
  z.strictObject({ do: z.literal('delete'), ...ofCandidate }),
  z.strictObject({ do: z.literal('add-stage'), ...inLever, name: text }),
  z.strictObject({ do: z.literal('rename-stage'), ...inLever, stageId: id, name: text }),
  z.strictObject({ do: z.literal('delete-stage'), ...inLever, stageId: id }),
  z.strictObject({ do: z.literal('revoke-access'), ...inLever }),
  z.strictObject({
    do: z.literal('add-webhook'),
    ...inLever,
    url: z.url({ protocol: /^https?$/ }),
    event: z.enum(LEVER_EVENTS),
  }),
  z.strictObject({ do: z.literal('remove-webhook'), ...inLever, webhookId: id }),
  z.strictObject({ do: z.literal('verify-connection'), ...inLever, webhookId: id }),
  z.strictObject({ do: z.literal('switch-events'), ...inLever, event: z.enum(LEVER_EVENTS), on: z.boolean() }),
  z.strictObject({ do: z.literal('rerun'), deliveryId: id }),
  z.strictObject({ do: z.literal('advance'), workerId: id, state: text }),
  z.strictObject({ do: z.literal('recheck'), workerId: id }),
  z.strictObject({ do: z.literal('next-callback'), next: z.enum(['deliver', 'lose', 'double']) }),
  z.strictObject({ do: z.literal('refuse-token'), on: z.boolean() }),
  z.strictObject({ do: z.literal('outage'), vendor: z.enum(['lever', 'turn']), on: z.boolean() }),
  z.strictObject({
    do: z.literal('let-time-pass'),
    seconds: z
      .number()
      .int()
      .min(1)
      .max(400 * 86_400),
  }),
  z.strictObject({ do: z.literal('play'), scenarioId: id }),
]);
export type Command = z.infer<typeof commandSchema>;

type Hands = {
  lever: LeverModel;
  turn: TurnModel;
  controls: TurnControls;
  eventLog: EventLog;
  names: Names;
  scenarios: ScenarioRunner;
  advanceClock(seconds: number): Promise<void>;
};

/** Does it; throws an error with a sentence where it cannot be done now. */
export const perform = async (hands: Hands, command: Command): Promise<void> =>
  'organizationId' in command ? performInLever(hands, command) : performOnTurn(hands, command);

type LeverCommand = Extract<Command, { organizationId: string }>;

const performOnTurn = async (hands: Hands, command: Exclude<Command, LeverCommand>): Promise<void> => {
  const { lever, controls, eventLog } = hands;
  switch (command.do) {
    case 'rerun':
      lever.redeliver(command.deliveryId);
      return;
    case 'advance':
      controls.advance(command.workerId, command.state);
      return;
    case 'recheck':
      controls.recheck(command.workerId);
      return;
    case 'next-callback':
      controls.setNextCallback(command.next);
      return;
    case 'refuse-token':
      controls.refuseToken(command.on);
      eventLog.tell(command.on ? 'Turn refuses the customer’s token from now on.' : 'Turn accepts the token again.');
      return;
    case 'outage': {
      const vendor = command.vendor === 'lever' ? 'Lever' : 'Turn';
      controls.setDown(command.vendor, command.on);
      eventLog.tell(command.on ? `${vendor} is out of order: it answers 503.` : `${vendor} works again.`);
      return;
    }
    case 'let-time-pass':
      await hands.advanceClock(command.seconds);
      eventLog.tell(`${duration(command.seconds)} passed.`);
      return;
    case 'play':
      hands.scenarios.play(command.scenarioId);
      return;
  }
};

const performInLever = ({ lever, names }: Hands, command: LeverCommand): void => {
  const recruiter = lever.recruiter(command.organizationId);
  const { organization } = recruiter;
  switch (command.do) {
    case 'add-candidate': {
      const name = names.next();
      recruiter.addOpportunity({ name, emails: [emailOf(name)], stage: command.stageId });
      return;
    }
    case 'move':
      recruiter.moveToStage(command.candidateId, command.stageId);
      return;
    case 'add-tag':
      recruiter.addTag(command.candidateId, command.tag);
      return;
    case 'remove-tag':
      recruiter.removeTag(command.candidateId, command.tag);
      return;
    case 'set-name':
      recruiter.setName(command.candidateId, command.name);
      return;
    case 'set-emails':
      recruiter.setEmails(command.candidateId, command.emails);
      return;
    case 'set-phones':
      recruiter.setPhones(command.candidateId, command.phones);
      return;
    case 'add-opportunity':
      recruiter.addOpportunityOf(command.candidateId);
      return;
    case 'archive':
      if (command.archived) recruiter.archive(command.candidateId);
      else recruiter.unarchive(command.candidateId);
      return;
    case 'delete':
      recruiter.deleteOpportunity(command.candidateId);
      return;
    case 'add-stage':
      addStage(organization, command.name, Math.random);
      return;
    case 'rename-stage':
      recruiter.renameStage(command.stageId, command.name);
      return;
    case 'delete-stage':
      if (deleteStage(organization, command.stageId)) return;
      throw new Error('Candidates stand in this stage (perhaps archived ones): move them first.');
    case 'revoke-access':
      lever.tokens.revoke(organization.id);
      return;
    case 'add-webhook':
      recruiter.setWebhook({ url: command.url, event: command.event });
      return;
    case 'remove-webhook':
      removeWebhook(organization, command.webhookId);
      return;
    case 'verify-connection':
      recruiter.verifyConnection(command.webhookId);
      return;
    case 'switch-events':
      lever.switchEvents(organization.id, command.event, command.on);
      return;
  }
};

const units = [
  ['day', 86_400],
  ['hour', 3_600],
  ['minute', 60],
] as const;

/** `6 hours`, `1 day`: the largest unit that fits evenly. */
const duration = (seconds: number): string => {
  const [unit, size] = units.find(([, length]) => seconds % length === 0) ?? ['second', 1];
  const count = seconds / size;
  return `${count} ${unit}${count === 1 ? '' : 's'}`;
};
