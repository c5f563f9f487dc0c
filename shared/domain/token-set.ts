/** Access to a customer's Lever. `expiresAt` of the access token in epoch milliseconds. */
export type TokenSet = { readonly accessToken: string; readonly refreshToken: string; readonly expiresAt: number };
