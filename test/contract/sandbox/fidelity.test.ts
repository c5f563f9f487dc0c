import { readdirSync, readFileSync } from 'node:fs';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Observations, Observed } from './observe.ts';
import { observeLever } from './observe-lever.ts';
import { observeTurn } from './observe-turn.ts';
import { NOT_COMPARED, RECORD_OF, readRecord, recordFiles, recordsPresent } from './records.ts';
import { type ShapeRules, shapeDifferences } from './same-shape.ts';

const RULES: Record<string, ShapeRules> = {
  // Turn documents both as null in its sample and as text in its prose.
  'public_api_me.401': { open: ['$.code', '$.description'] },
  // The report itself: differs from person to person, and the product never reads it.
  'webhook.b': { open: ['$.checks'] },
};
// Recorded with and without: most entries carry no user; some webhooks have no conditions.
const OPTIONAL = ['userId'];

const VENDORS = [
  { vendor: 'lever', observe: observeLever },
  { vendor: 'turn', observe: observeTurn },
] as const;

for (const { vendor, observe } of VENDORS) {
  describe(`the ${vendor} sandbox answers in the shape of`, () => {
    const shapes = new URL(`../../fixtures/sandbox-shapes/${vendor}/`, import.meta.url);
    const shapeNames = readdirSync(shapes).map((file) => file.replace(/\.json$/, ''));
    let observed: Observations;
    beforeAll(async () => {
      observed = await observe();
    });
    const expectShape = (name: string, expected: Observed): void => {
      const rules = { optional: OPTIONAL, ...RULES[name] };
      expect(observed[name]?.status, name).toBe(expected.status);
      expect(shapeDifferences(observed[name]?.body, expected.body, rules)).toEqual([]);
    };

    it.each(shapeNames)('our own sample %s', (name) => {
      expectShape(name, JSON.parse(readFileSync(new URL(`${name}.json`, shapes), 'utf8')));
    });
    it('our own samples, all of them', () => {
      expect(Object.keys(observed).sort()).toEqual(shapeNames.sort());
    });
    it.skipIf(!recordsPresent).each(Object.entries(RECORD_OF[vendor]))(
      `the record %s (skipped where ../shared/fixtures is absent)`,
      (name, file) => {
        expectShape(name, readRecord(vendor, file));
      },
    );
  });
}

it.skipIf(!recordsPresent)('every record is compared or says why not', () => {
  const compared = (['lever', 'turn'] as const).flatMap((vendor) =>
    Object.values(RECORD_OF[vendor]).map((file) => `${vendor}/${file}`),
  );
  expect([...compared, ...Object.keys(NOT_COMPARED)].sort()).toEqual(recordFiles().sort());
});
