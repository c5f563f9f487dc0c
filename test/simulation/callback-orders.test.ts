import { expect, it } from 'vitest';
import { seededRandom } from '../fakes/seeded-random.ts';
import { triggerStage } from './machine/customers.ts';
import { createService } from './machine/service.ts';
import { settleAndJudge } from './simulate.ts';

const states = ['consent', 'processing', 'review', 'review__identity', 'pending__first_notice', 'rejected'];

const ordersOf = (items: readonly number[]): number[][] =>
  items.length === 0
    ? [[]]
    : items.flatMap((first) => ordersOf(items.filter((each) => each !== first)).map((rest) => [first, ...rest]));

/** One check whose six callbacks come in this order, some of them twice and some never; what is wrong afterwards. */
const play = async (order: readonly number[], seed: number): Promise<readonly string[]> => {
  const random = seededRandom(seed);
  let told = 0;
  const service = await createService({
    seed,
    people: [1],
    settings: {},
    rates: new Map(),
    isTraced: false,
    journeyOf: ({ event }) => {
      if (event !== 'status') return null;
      // Close enough together that one is still worked on when the next comes.
      const lateMs = 60_000 + order.indexOf(told) * 120 + Math.floor(random() * 100);
      told += 1;
      return { lateMs, isTwice: random() < 0.3, isLost: random() < 0.2 };
    },
  });
  const { models, scheduler, customers } = service;
  const [customer] = customers;
  const id = customer?.opportunities[0] ?? '';
  scheduler.after(61_000, () => void customer?.recruiter.moveToStage(id, triggerStage));
  for (const [n, state] of states.entries()) {
    scheduler.after(120_000 + n * 100, () => models.turn.advance(models.turn.checks[0]?.workerId ?? '', state));
  }
  await service.run(240_000);
  await settleAndJudge(service, false);
  const tags = customer?.recruiter.tags(id) ?? [];
  const isRight = told === states.length && tags.length === 1 && tags[0] === 'TurnStatus:rejected';
  return isRight ? service.violations : [...service.violations, `${told} callbacks, ${tags.join(' ')}`];
};

it('shows the right status in every order of six callbacks, doubled and lost', async () => {
  const orders = ordersOf(states.map((_, n) => n));
  const wrong: string[] = [];
  for (const [n, order] of orders.entries()) {
    const faults = await play(order, n + 1);
    if (faults.length > 0) wrong.push(`${order.join(' ')}: ${faults.join('; ')}`);
  }
  process.stdout.write(`${orders.length - wrong.length} of ${orders.length} orders of callbacks end right\n`);
  expect(orders).toHaveLength(720);
  expect(wrong).toEqual([]);
});
