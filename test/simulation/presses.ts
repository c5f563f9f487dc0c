import type { Customer } from './machine/customers.ts';
import type { Service } from './machine/service.ts';
import type { Reply, Wish } from './machine/settings-page.ts';

/** What Super Admins do on the settings page, and do again where they see no answer, or are impatient. */

type Scene = {
  readonly service: Service;
  readonly customer: Customer;
  readonly id: string;
  readonly dice: readonly [number, number];
};

const impatientMs = 400;
const againMs = 20_000;

/** Asks; at once a second time for the impatient, and again, twice at most, while `isDone` says no. */
const insist = (scene: Scene, wish: Wish, onReply: (reply: Reply) => boolean): void => {
  const { service, customer, dice } = scene;
  const ask = (timesLeft: number): void =>
    service.settingsPage.ask(customer, wish, (reply) => {
      if (onReply(reply) || timesLeft === 0 || service.truth.isQuiet) return;
      service.scheduler.after(againMs, () => ask(timesLeft - 1));
    });
  ask(dice[1] < 0.8 ? 2 : 0);
  if (dice[1] < 0.3) service.scheduler.after(impatientMs, () => ask(0));
};

export const referenceOf = (id: string, enteredAt: number): string => `${id}-${enteredAt}`;

/** A check is asked for one, or all, of those who were in the stage before the start. */
export const askForChecks = (scene: Scene): void => {
  const { service, customer, id, dice } = scene;
  const { stoodBefore, asked, surelyAsked } = service.truth;
  const candidates = (dice[0] < 0.5 ? [id] : customer.opportunities).flatMap((opportunityId) => {
    const enteredAt = stoodBefore.get(opportunityId);
    return enteredAt === undefined ? [] : [{ opportunityId, enteredAt }];
  });
  if (candidates.length === 0) return;
  const references = candidates.map(({ opportunityId, enteredAt }) => referenceOf(opportunityId, enteredAt));
  for (const reference of references) asked.add(reference);
  insist(scene, { route: 'POST /api/backfill', body: { candidates } }, (reply) => {
    const isDone = reply?.status === 200 && (reply.json as { failed: number }).failed === 0;
    if (isDone) for (const reference of references) surelyAsked.add(reference);
    return isDone;
  });
};

export const askForDecision = (scene: Scene): void => {
  const wish = { route: 'POST /api/candidates/{opportunityId}/decide', path: { opportunityId: scene.id } };
  insist(scene, wish, (reply) => reply !== null && reply.status < 500);
};

const routes = {
  resend_invitation: 'POST /api/candidates/{opportunityId}/resend-invitation',
  recheck: 'POST /api/candidates/{opportunityId}/recheck',
} as const;

/** Presses a button that asks something of Turn; whoever presses again without a new page does so with the same press. */
export const pressButton = (scene: Scene): void => {
  const { service, id, dice } = scene;
  const check = service.models.turn.checks.findLast(({ referenceId }) => referenceId?.startsWith(`${id}-`));
  if (check === undefined) return;
  const isOver = !['emailed', 'consent', 'processing'].includes(check.state);
  const action = isOver === dice[0] < 0.9 ? 'recheck' : 'resend_invitation';
  const pressId = service.newId();
  const { turnId } = check;
  const known = service.truth.presses.get(`${action} ${turnId}`) ?? { pressed: 0, done: 0, told: new Set<string>() };
  service.truth.presses.set(`${action} ${turnId}`, { ...known, pressed: known.pressed + 1 });
  const wish = { route: routes[action], path: { opportunityId: id }, body: { pressId, turnId } };
  insist(scene, wish, (reply) => {
    if (reply?.status === 200 && (reply.json as { outcome: string }).outcome === 'done') known.told.add(pressId);
    return reply !== null && reply.status < 500;
  });
};

/** Looks how the account fares, while everything may be late. */
export const lookAtAccount = ({ service, customer }: Scene): void =>
  service.settingsPage.ask(customer, { route: 'GET /api/account' });
