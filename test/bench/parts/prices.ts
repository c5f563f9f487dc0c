/** List prices in US dollars, N. Virginia (us-east-1), without free tiers, as published in 2025 and noted here on 2026-11-29. Other regions cost up to a third more. */
export const prices = {
  lambda: { perMillionRequests: 0.2, perGbSecond: 0.0000133334 },
  httpApi: { perMillionRequests: 1 },
  sqs: { perMillionRequests: 0.4 },
  dynamodb: { perMillionReadUnits: 0.125, perMillionWriteUnits: 0.625 },
  secretsManager: { perMillionCalls: 5 },
} as const;
