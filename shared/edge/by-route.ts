import type { Answer, Incoming } from './http-handler.ts';

/** One use case a route of the function, by the route's key (`PUT /api/settings`). A route that is not among them is a fault of the deployment. */
export const byRoute =
  (useCases: Readonly<Record<string, (incoming: Incoming) => Promise<Answer>>>) =>
  (incoming: Incoming): Promise<Answer> => {
    const useCase = Object.hasOwn(useCases, incoming.routeKey) ? useCases[incoming.routeKey] : undefined;
    if (useCase === undefined) throw new Error(`The function does not know the route ${incoming.routeKey}.`);
    return useCase(incoming);
  };
