import type { Route } from '../assembly/plan.ts';

export type RouteMatch = { route: Route; pathParameters: Record<string, string> };

/** The route an HTTP API would choose: the most literal path first, the exact method before ANY, `$default` last. */
export const matchRoute = (routes: readonly Route[], method: string, rawPath: string): RouteMatch | undefined => {
  const matches = routes.flatMap((route) => {
    if (route.routeKey === '$default') return [{ route, pathParameters: {}, rank: '3' }];
    const [routeMethod = '', template = ''] = route.routeKey.split(' ');
    if (routeMethod !== 'ANY' && routeMethod !== method) return [];
    const pathParameters = matchPath(template.split('/'), rawPath.split('/'));
    if (pathParameters === undefined) return [];
    return [{ route, pathParameters, rank: `${rankOf(template)}${routeMethod === 'ANY' ? '1' : '0'}` }];
  });
  return matches.sort((a, b) => a.rank.localeCompare(b.rank))[0];
};

/** One digit a segment: literal, variable, greedy. */
const rankOf = (template: string): string =>
  template
    .split('/')
    .map((segment) => (segment.endsWith('+}') ? '2' : segment.startsWith('{') ? '1' : '0'))
    .join('');

const matchPath = (template: readonly string[], path: readonly string[]): Record<string, string> | undefined => {
  const parameters: Record<string, string> = {};
  for (const [index, segment] of template.entries()) {
    const [, name, greedy] = /^\{(\w+)(\+?)\}$/.exec(segment) ?? [];
    const given = path[index];
    if (greedy === '+' && name !== undefined && given !== undefined) {
      // It stands for whatever follows the slash, nothing included.
      parameters[name] = decode(path.slice(index).join('/'));
      return parameters;
    }
    if (name !== undefined && given !== undefined && given !== '') {
      parameters[name] = decode(given);
    } else if (segment !== given) return undefined;
  }
  return template.length === path.length ? parameters : undefined;
};

const decode = (text: string): string => {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
};
