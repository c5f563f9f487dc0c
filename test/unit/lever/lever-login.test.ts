import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { scopes } from '#shared/lever/lever-login.ts';

describe('the app in Lever', () => {
  it('is to be registered, as the guide to a deployment says, with the scopes that are asked for and no others', () => {
    const guide = readFileSync(new URL('../../../infra/README.md', import.meta.url), 'utf8');
    const told = guide.match(/`(?:offline_access|\w+:(?:read|write):admin)`/gu) ?? [];
    expect(told.map((each) => each.slice(1, -1))).toEqual([...scopes]);
  });
});
