/** The context values that every deployment must give. */
export const requiredContext = {
  oidcIssuer: 'https://login.turn.example/',
  oidcAudience: 'https://lever.turn.example',
  oidcClientId: 'settings-page',
};
