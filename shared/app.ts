import type { ScheduledEvent } from 'aws-lambda';
import type { WorkItem, WorkType } from '#shared/domain/work-item.ts';
import { type Answer, byRoute, httpHandler, type Incoming, type Routes } from '#shared/edge/http-handler.ts';
import { observed } from '#shared/edge/observed.ts';
import { type HandleWorkItem, parseAccount, parseMessage, queueHandler } from '#shared/edge/queue-handler.ts';
import { scheduleRetry } from '#shared/edge/schedule-retry.ts';
import { createPorts, type Ports } from './ports.ts';
import type { World } from './world.ts';

/**
 * The one composition: use cases over a world, as handlers that AWS can call. The deployed functions give it AWS, the unit
 * tests' world memory, the simulation its virtual time. `connect` adds Lever and Turn; what has nothing to do with them leaves it out.
 */
export const createApp = <Vendors extends object = object>(
  world: World,
  connect: (ports: Ports, world: World) => Vendors = () => Object.create(null),
) => {
  const base = createPorts(world);
  const ports: Ports & Vendors = Object.assign(base, connect(base, world));
  type AllPorts = typeof ports;
  type OnHttp = (incoming: Incoming, ports: AllPorts) => Promise<Answer>;
  type OnWork = (item: WorkItem, ports: AllPorts) => Promise<void>;

  const withRetries = (workType: WorkType, useCase: OnWork): HandleWorkItem =>
    scheduleRetry(workType, (item) => useCase(item, ports), ports);
  return {
    ports,
    withRetries,
    onHttp: (useCase: OnHttp) => httpHandler((incoming) => useCase(incoming, ports)),
    onRoutes: (routes: Routes<AllPorts>) => httpHandler(byRoute(routes, ports)),
    onWork: (workType: WorkType, useCase: OnWork) =>
      queueHandler(parseMessage, withRetries(workType, useCase), world.ownQueue, world.log),
    onMaintenance: (useCase: (accountId: string, ports: AllPorts) => Promise<void>) =>
      queueHandler(parseAccount, ({ accountId }) => useCase(accountId, ports), world.ownQueue, world.log),
    /** The schedule says nothing but that it is time. */
    onSchedule: (useCase: (ports: AllPorts) => Promise<void>) => observed<ScheduledEvent, void>(() => useCase(ports)),
  };
};
