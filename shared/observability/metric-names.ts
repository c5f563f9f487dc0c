/** The namespace of our metrics in CloudWatch. */
export const metricNamespace = 'LeverTurn';

/** Every metric that a function counts; alarms name no other. */
export const metricNames = [
  'StageChangeAccepted',
  'StageChangeIgnored',
  'CheckStarted',
  'OrderUncertain',
  'ProblemFound',
  'CapReached',
  'LeverSynced',
  'VendorFailure',
  'SignatureRefused',
  'UnknownCallback',
  'MessageUnreadable',
  'AccountDisconnected',
  'ReauthorizationDue',
  'RetryScheduled',
  'MissedEntryFound',
  'WebhooksSilent',
  'LeverShared',
  'LeverAppRejected',
  'LeverAccessDenied',
] as const;

export type MetricName = (typeof metricNames)[number];
