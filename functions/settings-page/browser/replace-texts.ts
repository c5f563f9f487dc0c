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
    connected: 'You authorized a different Lever account from the one that is connected.',
    disconnected: 'You authorized a different Lever account from the previous one, whose access has ended.',
    not_connected: 'You authorized a different Lever account from the previous one, which is no longer connected.',
  } satisfies ByState,
  present: {
    connected: 'Connected now',
    disconnected: 'Previous account, access ended',
    not_connected: 'Previous account, not connected',
  } satisfies ByState,
  other: 'New account',
  untold: 'Lever did not give its id',
  authorized: 'Authorized',
  consequence:
    'If you continue, checks start from the new account only, and running checks of the old one are no longer updated in Lever.',
  replace: {
    connected: 'Replace',
    disconnected: 'Connect the new one',
    not_connected: 'Connect the new one',
  } satisfies ByState,
  keep: {
    connected: 'Keep the current one',
    disconnected: 'Do not connect it',
    not_connected: 'Do not connect it',
  } satisfies ByState,
  replaced: 'Lever is connected to the other account.',
  kept: {
    connected: 'The current Lever account stays connected.',
    disconnected: `${isNotConnected} Access to the previous one has ended. To keep using that one, authorize it again.`,
    not_connected: isNotConnected,
  } satisfies ByState,
};
