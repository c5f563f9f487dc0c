import * as z from 'zod/mini';
import type { ActionOutcome, CheckAction } from '#shared/domain/check-action.ts';
import { Failure } from '#shared/domain/failure.ts';
import { isOpportunityId } from '#shared/domain/ids.ts';
import { isOrdered } from '#shared/domain/stage-entry.ts';
import { syncRequested } from '#shared/domain/transitions.ts';
import type { OnRequest } from '#shared/edge/authorize.ts';
import type { Answer } from '#shared/edge/http-handler.ts';
import type { Refusal } from '#shared/edge/posted-handler.ts';
import type { Press } from '#shared/stores/press-store.ts';
import type { AppPorts } from '#shared/vendors.ts';
import { readBody } from './read-body.ts';

export const pressSchema = z.strictObject({
  pressId: z.uuid().check(z.describe('Made by the page for each press: the same one has its effect once at most.')),
  turnId: z.string().check(z.maxLength(64), z.describe('The check that the person sees.')),
});

/**
 * Asks Turn to do something about a candidate's check, once at most for each press, whatever fails: the press is saved before the
 * call. Whoever comes with it again is told what is known.
 */
export const askTurn =
  (action: CheckAction): OnRequest<AppPorts> =>
  async ({ account, caller, incoming }, ports) => {
    const read = readBody(incoming, pressSchema);
    if ('refusal' in read) return read.refusal;
    const { pressId, turnId } = read.value;
    const { accountId } = account;
    const opportunityId = incoming.path['opportunityId'] ?? '';
    const press: Press = { action, opportunityId, turnId, outcome: null };

    const refusal = await whyNot(press, accountId, ports);
    if (refusal !== null) return refusal;
    const known = await ports.presses.reserve(accountId, pressId, press);
    if (known !== null) return isSame(known, press) ? answerOf(action, known.outcome ?? 'unknown') : usedPress;

    const tell = (detail: string) =>
      ports.emit(pressedEvents[action], { accountId, opportunityId, by: caller.userId, detail });
    await tell(turnId);
    const outcome = await callTurn(press, accountId, ports);
    await ports.presses.settle(accountId, pressId, { ...press, outcome });
    if (outcome !== 'done') await tell(`${turnId} ${outcome}`);
    // Turn may send no callback: the sweep has the check read within a minute.
    if (outcome === 'done' || outcome === 'unknown') {
      await ports.records.apply({ accountId, opportunityId }, (record) => syncRequested(record, ports.now()));
    }
    return answerOf(action, outcome);
  };

const pressedEvents = { resend_invitation: 'invitation_resend_pressed', recheck: 'recheck_pressed' } as const;

const isSame = (one: Press, other: Press): boolean =>
  one.action === other.action && one.opportunityId === other.opportunityId && one.turnId === other.turnId;

const callTurn = async ({ action, turnId }: Press, accountId: string, ports: AppPorts): Promise<ActionOutcome> => {
  try {
    return await (await ports.checkActionsOf(accountId))[action](turnId);
  } catch (error) {
    if (error instanceof Failure && error.code === 'turn_token_rejected') return 'token_rejected';
    throw error;
  }
};

/** Only about the check that the candidate has now, as the person saw it. */
const whyNot = async (
  { opportunityId, turnId }: Press,
  accountId: string,
  { records }: AppPorts,
): Promise<Refusal | null> => {
  if (!isOpportunityId(opportunityId)) return noCheck;
  const { record } = await records.load(accountId, opportunityId);
  const check = record.entries.findLast(isOrdered);
  if (check === undefined) return noCheck;
  // Whether its state allows it is for Turn to say: ours may be late.
  return check.turnId === turnId ? null : otherCheck;
};

const noCheck: Refusal = { status: 404, code: 'no_check', message: 'This candidate has no check at Turn.' };
const otherCheck: Refusal = {
  status: 409,
  code: 'other_check',
  message: 'The candidate now has a different check. Reload the page.',
};
const usedPress: Refusal = {
  status: 409,
  code: 'press_used',
  message: 'This request was already used for something else. Reload the page.',
};

const answerOf = (action: CheckAction, outcome: ActionOutcome): Answer => ({
  status: 200,
  json: { outcome, message: messages[action][outcome] },
});

const unknown =
  'We do not know whether Turn received the request. Look at the check in Turn before you press the button again.';
const common = {
  not_found: 'Turn does not know this check any more.',
  token_rejected: 'Turn did not accept your account’s access token. Ask Turn support to renew it.',
  unknown,
};
const messages: Record<CheckAction, Record<ActionOutcome, string>> = {
  resend_invitation: {
    ...common,
    done: 'Turn sends the invitation again.',
    refused:
      'Turn did not send it: the candidate has already accepted the invitation, or was never sent one by e-mail.',
  },
  recheck: {
    ...common,
    done: 'Turn runs the check again. Lever shows it within a few minutes.',
    refused: 'Turn did not start it: only a check that is clear, to consider or rejected can be run again.',
  },
};
