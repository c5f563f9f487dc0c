import { setTimeout as sleep } from 'node:timers/promises';
import { createExchange } from '#shared/aws/exchange.ts';
import { type CallAws, createSignedClient } from '#shared/aws/signed-client.ts';

const endpoints = { dynamodb: 'DYNAMODB', sqs: 'SQS', secretsmanager: 'SECRETS_MANAGER' } as const;

/** The small client, led to an endpoint of this machine. */
export const signedClientAt = (service: keyof typeof endpoints, endpoint: string): CallAws =>
  createSignedClient(service, {
    exchange: createExchange(),
    environment: {
      AWS_REGION: 'us-east-1',
      AWS_ACCESS_KEY_ID: 'local',
      AWS_SECRET_ACCESS_KEY: 'local',
      [`AWS_ENDPOINT_URL_${endpoints[service]}`]: endpoint,
    },
    now: Date.now,
    random: Math.random,
    sleep,
  });
