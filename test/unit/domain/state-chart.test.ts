import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { transitionNames } from './every-transition.ts';
import { chartedTransitions, stateCharts } from './state-chart.ts';

// `REWRITE_STATE_CHART=1 npm test` rewrites the chart in shared/README.md: read the diff before you commit it.
const path = fileURLToPath(new URL('../../../shared/README.md', import.meta.url));
const block = /(?<=<!-- state chart -->\n)[\s\S]*?(?=<!-- \/state chart -->)/u;

describe('the state chart in shared/README.md', () => {
  it('shows what the transitions do', () => {
    const text = readFileSync(path, 'utf8');
    const chart = `\n${stateCharts()}\n\n`;
    if (process.env['REWRITE_STATE_CHART'] === '1')
      writeFileSync(
        path,
        text.replace(block, () => chart),
      );
    expect(block.exec(readFileSync(path, 'utf8'))?.[0]).toBe(chart);
  });

  it('names every transition that there is', () => {
    const { applied, others } = chartedTransitions();
    expect(applied).toEqual(transitionNames);
    for (const name of transitionNames) expect(stateCharts()).toContain(name);
    expect(others).toEqual([
      'checkRequested',
      'decisionRequested',
      'retryScheduled',
      'syncPostponed',
      'syncRequested',
      'tagMissed',
      'visibilityAwaited',
    ]);
  });
});
