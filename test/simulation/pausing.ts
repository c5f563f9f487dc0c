import { pauseCommands } from '#infra/operator/pause-commands.ts';
import { recordSchema } from '#shared/stores/record-schema.ts';
import type { Customer } from './machine/customers.ts';
import { functions, operatorPorts, tableAlone } from './machine/functions.ts';
import type { Service } from './machine/service.ts';

/** Who pauses: a Super Admin the account, or Turn's operator it or all of them. */
export const pausers = ['super admin', 'turn', 'all'] as const;
type Pauser = (typeof pausers)[number];

/** So soon after a pause, what waited for its end is decided. */
const resumedWithinMs = 3_600_000;

/** Pauses new checks for so long, by what the settings page and the operator's command do. */
export const pauseFor = async (service: Service, customer: Customer, by: Pauser, forMs: number): Promise<void> => {
  const { truth, now, scheduler } = service;
  const who = { 'super admin': customer.accountId, turn: `turn ${customer.accountId}`, all: 'all' }[by];
  const lastWaited = new Map<string, number>();
  service.onLog(({ code, fields }) => {
    if (code === 'order_paused') lastWaited.set(fields.opportunityId ?? '', now());
  });
  await set(service, customer, by, true);
  if (!truth.paused.has(who)) truth.paused.set(who, now());
  scheduler.after(forMs, () => {
    truth.paused.delete(who);
    const resumedAt = now();
    void set(service, customer, by, false);
    scheduler.after(resumedWithinMs, () => void judgeResumed(service, customer, lastWaited, resumedAt));
  });
};

const set = async (service: Service, customer: Customer, by: Pauser, isPaused: boolean): Promise<void> => {
  const { accountId } = customer;
  const outside = tableAlone(service, () => `pause-${service.now()}`);
  service.say(() => `# new checks ${isPaused ? 'paused' : 'resumed'} by ${by}: ${accountId}`);
  if (by === 'super admin') {
    const claims = { sub: 'admin', account_id: accountId, role: 'super_admin' };
    const body = JSON.stringify({ paused: isPaused });
    const event = { routeKey: 'PUT /api/pause', body, requestContext: { authorizer: { jwt: { claims } } } };
    const answer = (await functions['settings-api'](outside)(event)) as { statusCode: number };
    if (answer.statusCode !== 200) service.violate(`11: the pause was answered ${answer.statusCode}`);
  } else {
    const ports = operatorPorts(outside);
    if (by === 'turn') await pauseCommands.setPaused(ports, accountId, isPaused);
    else if (isPaused) await pauseCommands.pauseAll(ports);
    else {
      const accountIds = async () => service.customers.map((each) => each.accountId);
      await pauseCommands.resumeAll({ ...ports, table: { accountIds } });
    }
  }
  service.planNextSweep();
};

/** What waits for a pause that is over is decided soon, where nothing is in the way of that. Who was only just put off comes by himself. */
const judgeResumed = async (
  { truth, faults, memory, violate }: Service,
  customer: Customer,
  lastWaited: ReadonlyMap<string, number>,
  resumedAt: number,
): Promise<void> => {
  const { accountId } = customer;
  const isInTheWay = (['crash', 'table throttled', 'index behind'] as const).some((kind) => faults.has(kind));
  const { connectionState } = await customer.account();
  if (truth.mayLag || isInTheWay || truth.paused.size > 0 || connectionState !== 'connected') return;
  for (const id of customer.opportunities) {
    const item = await memory.get({ pk: `ACCOUNT#${accountId}`, sk: `OPPORTUNITY#${id}` });
    if (item === null || (lastWaited.get(id) ?? 0) > resumedAt - 60_000) continue;
    if (recordSchema.parse(item.content).nextDecision?.lastFailure === 'ordering_paused')
      violate('11: what waited for the end of a pause is not decided');
  }
};
