import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it, type TestContext } from 'vitest';
import { judgeRatios, record, recorded } from './gates.ts';
import { type Interleaved, interleave } from './interleave.ts';
import { coldRatio, measureCold } from './parts/cold.ts';
import { measureWarm, ours, warmRatio } from './parts/warm.ts';

/** Ratios differ between versions of Node: only the one that is deployed is held to the record. */
const isShippedNode = process.versions.node.startsWith('24.');
const isRewriting = process.env['REWRITE_RATIOS'] === '1';

const folder = mkdtempSync(path.join(tmpdir(), 'speed-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** What anybody may send is the dearest to get wrong; the other two lie between. */
const scenarios = ['accepted', 'forged'] as const;

const twoDigits = (ratios: Readonly<Record<string, number>>): Record<string, number> =>
  Object.fromEntries(Object.entries(ratios).map(([name, ratio]) => [name, Number(ratio.toFixed(2))]));

/** Noise comes and goes, what is heavy stays: what is over the record is measured again before that is believed. */
const isWithin = (faults: readonly string[] | null): boolean => isRewriting || faults?.length === 0;

/** Skips with the reason where nothing can be said. */
const skipWhereUnsure = (context: TestContext, measured: Interleaved): void => {
  const { isConclusive, floorAgainstFloor } = measured;
  context.skip(!isConclusive, `inconclusive: the machine is busy, the floor against itself is ${floorAgainstFloor}`);
};

describe.runIf(isShippedNode)('a cold start (REWRITE_RATIOS=1 records it anew)', () => {
  const names = ['webhook-verify', 'status-callback', 'check-worker', 'settings-page'];
  const planted = 'settings-page with the SDK';
  let cold: Interleaved;
  const ratiosOf = (cold: Interleaved) =>
    twoDigits(Object.fromEntries(names.map((name) => [name, coldRatio(cold, name)])));
  const judge = (cold: Interleaved) => judgeRatios(cold, ratiosOf(cold), recorded().cold);
  beforeAll(async () => {
    const clients = ['client-sqs', 'client-secrets-manager', 'lib-dynamodb'].map((name) => `'@aws-sdk/${name}'`);
    const text = `export { handler } from '#functions/settings-page/handler.ts';
      import * as one from ${clients[0]}; import * as two from ${clients[1]}; import * as three from ${clients[2]};
      export const used = [one, two, three];`;
    cold = await measureCold(folder, {
      rounds: 5,
      names,
      contenders: [],
      withSdkAlone: false,
      planted: { [planted]: text },
      isBelieved: (measured) => isWithin(judge(measured)),
    });
    if (isRewriting) record({ cold: ratiosOf(cold) });
  });

  it('takes no more, beside a bare process, than recorded', (context) => {
    skipWhereUnsure(context, cold);
    expect(judge(cold)).toEqual([]);
  });

  it('is stopped where it loads something heavy', (context) => {
    skipWhereUnsure(context, cold);
    const heavier = { 'settings-page': coldRatio(cold, planted) };
    expect(judgeRatios(cold, heavier, recorded().cold)).toEqual([expect.stringContaining('settings-page takes ')]);
  });
});

describe.runIf(isShippedNode)('a webhook (REWRITE_RATIOS=1 records it anew)', () => {
  const planted = 'webhook-verify with more to do';
  let measured: Awaited<ReturnType<typeof measureWarm>>;
  const judge = (scenario: string, each: Interleaved, name: string) =>
    judgeRatios(each, { [scenario]: warmRatio(each, name) }, recorded().warm);
  beforeAll(async () => {
    const text = `import { handler as inner } from '#functions/webhook-verify/handler.ts';
      export const handler = async (event, context) => {
        for (let n = 0; n < 200; n++) structuredClone(event);
        return inner(event, context);
      };`;
    measured = await measureWarm(folder, {
      rounds: 5,
      names: [],
      scenarios,
      planted: { [planted]: text },
      isBelieved: (scenario, each) => isWithin(judge(scenario, each, ours)),
    });
    const ratioOf = ([scenario, each]: [string, Interleaved]) => [scenario, warmRatio(each, ours)] as const;
    if (isRewriting) record({ warm: twoDigits(Object.fromEntries([...measured].map(ratioOf))) });
  });

  it.for(scenarios)('that is %s takes no more, beside the floor, than recorded', (scenario, context) => {
    const each = found(measured, scenario);
    skipWhereUnsure(context, each);
    expect(judge(scenario, each, ours)).toEqual([]);
  });

  it.for(scenarios)('that is %s is stopped where it does more', (scenario, context) => {
    const each = found(measured, scenario);
    skipWhereUnsure(context, each);
    expect(judge(scenario, each, planted)).toEqual([expect.stringContaining(`${scenario} takes `)]);
  });
});

describe('the judge of ratios', () => {
  const quiet: Interleaved = { medians: new Map(), floor: 1, floorAgainstFloor: 1.01, isConclusive: true };
  const busy: Interleaved = { ...quiet, floorAgainstFloor: 1.2, isConclusive: false };

  it('says nothing on a busy machine', () => {
    expect(judgeRatios(busy, { one: 99 }, { one: 1 })).toBeNull();
    expect(judgeRatios(quiet, { one: 99 }, { one: 1 })).toHaveLength(1);
  });

  it('lets through what noise may add, and no more', () => {
    expect(judgeRatios(quiet, { one: 2.79 }, { one: 2 })).toEqual([]);
    expect(judgeRatios(quiet, { one: 2.81 }, { one: 2 })).toEqual([
      'one takes 2.81 times the floor, and 2 are recorded.',
    ]);
  });

  it('measures again where the floor differs from itself, three times at most', async () => {
    const floors: [string, string] = ['floor', 'floor again'];
    const answers = [10, 20, 10, 20, 10, 10];
    const settled = await interleave(floors, 1, floors, async () => answers.shift() ?? 0);
    expect([settled.isConclusive, answers]).toEqual([true, []]);
    let calls = 0;
    const never = await interleave(floors, 1, floors, async () => (calls++ % 2) + 1);
    expect([never.isConclusive, calls]).toEqual([false, 6]);
  });

  it('measures again what is not believed, three times at most', async () => {
    const floors: [string, string] = ['floor', 'floor again'];
    const answers = [10, 10, 20, 20, 30, 30];
    const next = async () => answers.shift() ?? 0;
    const believed = await interleave(floors, 1, floors, next, ({ floor }) => floor === 20);
    expect([believed.floor, answers]).toEqual([20, [30, 30]]);
    let calls = 0;
    const count = async () => Math.min(++calls, 1);
    await interleave(floors, 1, floors, count, () => false);
    expect(calls).toBe(6);
  });
});

const found = <Key, Value>(map: ReadonlyMap<Key, Value>, key: Key): Value => {
  const value = map.get(key);
  if (value === undefined) throw new Error(`${String(key)} was not measured.`);
  return value;
};
