import type { ConnectionState } from '#shared/domain/account.ts';

type ByState = Readonly<Record<ConnectionState, string>>;

const isNotConnected = 'The other Lever account was not connected.';

/** The question when another Lever account was authorized than the one that is, or was last, connected. */
export const replaceWords = {
  title: {
    connected: 'Replace the connected Lever account?',
    disconnected: 'Connect another Lever account?',
    not_connected: 'Connect another Lever account?',
  } satisfies ByState,
  text: {
    connected: 'You have authorized another Lever account than the one that is connected.',
    disconnected:
      'You have authorized another Lever account than the one before. The access to the one before has ended.',
    not_connected: 'You have authorized another Lever account than the one before, which is no longer connected.',
  } satisfies ByState,
  present: {
    connected: 'Connected now',
    disconnected: 'The one before, access ended',
    not_connected: 'The one before, not connected',
  } satisfies ByState,
  other: 'The new one',
  untold: 'Lever did not tell its id',
  authorized: 'Authorized',
  consequence:
    'If you go on, checks start from the new account only, and running checks of the old one are no longer updated in Lever.',
  replace: {
    connected: 'Replace',
    disconnected: 'Connect the new one',
    not_connected: 'Connect the new one',
  } satisfies ByState,
  keep: {
    connected: 'Keep the present one',
    disconnected: 'Do not connect it',
    not_connected: 'Do not connect it',
  } satisfies ByState,
  replaced: 'Lever is connected to the other account.',
  kept: {
    connected: 'The present Lever account stays connected.',
    disconnected: `${isNotConnected} The access to the one before has ended: to go on with that one, authorize it again.`,
    not_connected: isNotConnected,
  } satisfies ByState,
};
