/** The values that every stage must have. */
export const requiredValues = {
  oidcIssuer: 'https://login.turn.example/',
  oidcAudience: 'https://lever.turn.example',
  oidcClientId: 'settings-page',
};

/** The context of an app whose functions are not bundled, with these values beside the required ones. */
export const contextWith = ({ stage = 'production', ...values }: Record<string, unknown> = {}) => ({
  'aws:cdk:bundling-stacks': [],
  stage,
  stageValues: { ...requiredValues, ...values },
});
