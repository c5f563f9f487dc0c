import { describe, expect, it } from 'vitest';
import { clientConfig, openStack } from '#infra/operator/stack.ts';

describe('the stack of a command', () => {
  it('is not opened where nothing says its region, and that in a sentence', () => {
    expect(() => openStack({ TABLE_NAME: 'table' })).toThrow('Nothing says in which AWS region the stack is.');
  });

  it('is on AWS, or on this machine with the keys of this machine', () => {
    const region = { AWS_REGION: 'eu-central-1' };
    expect(clientConfig(region, 'AWS_ENDPOINT_URL_SQS')).toEqual({ region: 'eu-central-1' });
    const keys = { AWS_ACCESS_KEY_ID: 'a', AWS_SECRET_ACCESS_KEY: 'b' };
    const local = { ...region, ...keys, AWS_ENDPOINT_URL_SQS: 'http://127.0.0.1:1' };
    expect(clientConfig(local, 'AWS_ENDPOINT_URL_SQS')).toEqual({
      region: 'eu-central-1',
      endpoint: 'http://127.0.0.1:1',
      credentials: { accessKeyId: 'a', secretAccessKey: 'b' },
    });
  });
});
