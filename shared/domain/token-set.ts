/**
 * Access to a customer's Lever. `expiresAt` of the access token in epoch milliseconds. `apiHost`, `authHost`: where Lever
 * redirects this customer's calls and renewals, as far as it has; absent: nowhere.
 */
export type TokenSet = {
  readonly accessToken: string;
  readonly refreshToken: string;
  readonly expiresAt: number;
  readonly apiHost?: string;
  readonly authHost?: string;
};
