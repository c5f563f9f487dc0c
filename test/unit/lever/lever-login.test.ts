import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { scopes } from '#shared/lever/lever-login.ts';

describe('the app in Lever', () => {
  it('is to be registered, says the README, with the scopes that are asked for and no others', () => {
    const readme = readFileSync(new URL('../../../README.md', import.meta.url), 'utf8');
    const told = readme.match(/`(?:offline_access|\w+:(?:read|write):admin)`/gu) ?? [];
    expect(told.map((each) => each.slice(1, -1))).toEqual([...scopes]);
  });
});
