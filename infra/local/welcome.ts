import type { ReadyLine } from './local-stack.ts';

/** What a person who started it reads: where to go first. */
export const welcome = ({ console, settings }: ReadyLine): string => {
  const places = [
    ...(console === undefined ? [] : [`${console}   the console: Lever’s board, Turn controls, scenarios to play`]),
    ...(settings === undefined ? [] : [`${settings}   the settings page: sign in as admin, member or other-admin`]),
  ];
  return ['', '  It is running; Ctrl-C ends it. Open', ...places.map((place) => `    ${place}`), ''].join('\n');
};
