import type { Answer, Incoming } from './http-handler.ts';

/** One use case a route of the function, by the route's key (`PUT /api/settings`). */
export type Routes<Ports> = Readonly<Record<string, (incoming: Incoming, ports: Ports) => Promise<Answer>>>;

/** Calls the use case of the request's route. A route that is not among them is a fault of the deployment. */
export const byRoute =
  <Ports>(routes: Routes<Ports>, ports: Ports) =>
  (incoming: Incoming): Promise<Answer> => {
    const useCase = Object.hasOwn(routes, incoming.routeKey) ? routes[incoming.routeKey] : undefined;
    if (useCase === undefined) throw new Error(`The function does not know the route ${incoming.routeKey}.`);
    return useCase(incoming, ports);
  };
