import { expect, it } from 'vitest';
import { judge } from './judge.ts';
import { packages, triggerStage } from './machine/customers.ts';
import { createService } from './machine/service.ts';

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
const dayMs = 24 * hourMs;
type Service = Awaited<ReturnType<typeof createService>>;

const disconnect = (forMs: number) => (service: Service) => {
  for (const customer of service.customers) {
    service.truth.revoked.add(customer.accountId);
    customer.revoke();
    service.scheduler.after(forMs, () => void customer.connect());
  }
};

/** One candidate's check runs, another one enters, a third one's e-mail is added meanwhile. */
const live = async (hasBegun: (service: Service) => void, forMs: number) => {
  const service = await createService({ seed: 1, people: [4, 4], settings: {}, rates: new Map(), isTraced: false });
  const { models, scheduler, customers } = service;
  const enter = (n: number) => {
    for (const { recruiter, opportunities } of customers) recruiter.moveToStage(opportunities[n] ?? '', triggerStage);
  };
  const turnSays = (state: string) => {
    for (const { workerId } of [...models.turn.checks]) models.turn.advance(workerId, state);
  };
  for (const { recruiter, opportunities } of customers) recruiter.setEmails(opportunities[2] ?? '', []);
  scheduler.after(2 * minuteMs, () => enter(0));
  scheduler.after(2 * minuteMs, () => enter(2));
  scheduler.after(20 * minuteMs, () => hasBegun(service));
  scheduler.after(20 * minuteMs + forMs * 0.3, () => enter(1));
  scheduler.after(20 * minuteMs + forMs * 0.5, () => turnSays('approved'));
  scheduler.after(20 * minuteMs + forMs * 0.6, () => {
    for (const { recruiter, opportunities, accountId } of customers)
      recruiter.setEmails(opportunities[2] ?? '', [`person2@customer${accountId.slice(5)}.people.example`]);
  });
  scheduler.after(20 * minuteMs + forMs * 0.9, () => enter(3));
  await service.run(20 * minuteMs + forMs * 0.5);
  const waiting = customers.map(({ recruiter, opportunities }) => recruiter.tags(opportunities[1] ?? ''));
  await service.run(forMs * 0.5 + minuteMs);
  service.beQuiet();
  await service.run(27 * hourMs);
  if (service.violations.length === 0) await judge(service);
  const letters = service.queues.reduce((sum, { deadLetters }) => sum + deadLetters.counts().visible, 0);
  return {
    waiting,
    violations: service.violations,
    letters,
    packages: models.turn.checks.map(({ packageId }) => packageId),
    tags: customers.flatMap(({ recruiter, opportunities }) => opportunities.map((id) => recruiter.tags(id))),
  };
};

it.each<[string, (service: Service) => void, number]>([
  ['Lever is out of order for six hours', (service) => service.breakDown('lever', 6 * hourMs), 6 * hourMs],
  ['Turn is out of order for a day', (service) => service.breakDown('turn', dayMs), dayMs],
  ['the accounts are disconnected for a week', disconnect(7 * dayMs), 7 * dayMs],
])('does everything afterwards, without help: %s', async (name, hasBegun, forMs) => {
  const outcome = await live(hasBegun, forMs);
  process.stdout.write(`${name}: ${outcome.packages.length} checks, ${outcome.letters} dead letters\n`);
  const shown = ['clear', 'emailed', 'emailed', 'emailed'].map((status) => [`TurnStatus:${status}`]);
  // Lever shows within the hour that a check waits for Turn; while it is away itself, it can show nothing.
  const told = name.startsWith('Turn') ? ['TurnStatus:waiting'] : [];
  expect(outcome).toEqual({
    waiting: [told, told],
    violations: [],
    letters: 0,
    tags: [...shown, ...shown],
    packages: Array.from({ length: 8 }, () => packages.standard),
  });
});
