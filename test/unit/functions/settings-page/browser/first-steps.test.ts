import { describe, expect, it } from 'vitest';
import type { Stages } from '#functions/settings-page/browser/contract.ts';
import { firstSteps } from '#functions/settings-page/browser/first-steps.ts';
import type { Loaded } from '#functions/settings-page/browser/loaded.ts';
import { connected, leverStages, newcomer, waitingForFirstMove } from '../../../../browser/fake-api.ts';

const chosen = { triggerStages: [{ id: null, name: 'Reference Check' }], defaultPackageId: '' };
const stages: Loaded<Stages> = { state: 'ready', value: { stages: leverStages, readAt: 1 } };
const unread: Loaded<Stages> = { state: 'ready', value: { stages: [], readAt: null } };
const statesOf = (...asked: Parameters<typeof firstSteps>): string | undefined =>
  firstSteps(...asked)
    ?.map(({ name, state }) => `${name} ${state}`)
    .join(', ');

describe('the first steps of an account', () => {
  it('begin with connecting: a stage that nobody has seen in Lever is not chosen yet', () => {
    expect(statesOf(newcomer(), chosen, unread)).toBe('connect next, stage later, packages later, try later');
  });

  it('go on with the stage until Lever has all that are chosen, by id or by name', () => {
    const rest = 'packages later, try later';
    for (const name of ['Work Trial', 'Old Check'])
      expect(
        statesOf(waitingForFirstMove(), { ...chosen, triggerStages: [{ id: 'gone', name }, ...leverStages] }, stages),
      ).toBe(`connect done, stage next, ${rest}`);
    expect(statesOf(waitingForFirstMove(), chosen, stages)).toContain('stage done');
    expect(statesOf(waitingForFirstMove(), chosen, unread)).toContain('stage next');
    const known = { ...chosen, triggerStages: [{ id: 'known', name: 'Offer' }] };
    expect(statesOf(waitingForFirstMove(), known, { state: 'loading' })).toContain('stage done');
  });

  it('go on with the package, and end with the first check', () => {
    expect(statesOf(waitingForFirstMove(), chosen, stages)).toContain('packages next, try later');
    const withPackage = { ...chosen, defaultPackageId: 'P0000000001' };
    expect(statesOf(waitingForFirstMove(), withPackage, stages)).toContain('packages done, try next');
    expect(firstSteps(connected(), chosen, unread)).toBeNull();
  });

  it('are back, all but connecting done, for an account that was disconnected by choice', () => {
    const apart = { ...connected(), connection: newcomer().connection };
    expect(statesOf(apart, chosen, unread)).toBe('connect next, stage done, packages done, try done');
  });

  it('do not come back where Lever’s access lapses: that is no first step', () => {
    const lapsed = { ...connected(), connection: { ...connected().connection, state: 'disconnected' as const } };
    expect(firstSteps(lapsed, chosen, stages)).toBeNull();
  });
});
