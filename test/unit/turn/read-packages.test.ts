import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { longestPackageName, mostRead } from '#shared/domain/packages.ts';
import { readPackages } from '#shared/turn/read-packages.ts';

const read = (json: unknown, status = 200) => readPackages({ status, headers: {}, body: JSON.stringify(json) });

const idField = fc.constantFrom('package_id', 'packageId', 'id', 'uuid', 'code');
const nameField = fc.constantFrom('name', 'title', 'package_name', 'packageName', 'label');
const listed = fc
  .record({ id: fc.stringMatching(/^P\d{1,20}$/), name: fc.stringMatching(/^[A-Za-z][A-Za-z ]{0,30}[A-Za-z]$/) })
  .chain(({ id, name }) =>
    fc
      .record({ idField, nameField, more: fc.dictionary(fc.constantFrom('price', 'county'), fc.jsonValue()) })
      .map((shape) => ({
        known: { id, name: name.replaceAll(/ +/g, ' ') },
        item: { ...shape.more, [shape.idField]: id, [shape.nameField]: name },
      })),
  );
const layers = fc.array(fc.constantFrom('packages', 'data', 'items', 'result'), { maxLength: 3 });

describe('the packages that Turn lists', () => {
  it('are read under whatever names, beside whatever else, in a list or an object around one', () => {
    const packages = fc.uniqueArray(listed, { minLength: 1, maxLength: 20, selector: ({ known }) => known.id });
    fc.assert(
      fc.property(packages, layers, fc.array(fc.jsonValue(), { maxLength: 3 }), (given, around, others) => {
        const list: unknown = [
          ...given.map(({ item }) => item),
          ...others.filter((other) => typeof other !== 'string'),
        ];
        const answer = around.reduce((inner, name) => ({ count: 3, [name]: inner, errors: [] }), list);
        expect(read(answer)).toEqual(given.map(({ known }) => known));
      }),
      { numRuns: 1000 },
    );
  });

  it('are none, or short and clean, whatever the answer is', () => {
    const anything = fc.oneof(
      fc.json(),
      fc.string({ unit: 'binary' }),
      fc
        .array(fc.record({ id: fc.constantFrom('P1', 'p2 ', 7, null), name: fc.string({ unit: 'binary' }) }))
        .map((list) => JSON.stringify(list)),
    );
    fc.assert(
      fc.property(anything, (body) => {
        const packages = readPackages({ status: 200, headers: {}, body });
        for (const { id, name } of packages ?? []) {
          expect(id).toMatch(/^P\d{1,20}$/);
          expect(name ?? 'x').toMatch(/^[^\p{Cc}\p{Cf}\p{Cs}]+$/u);
          expect(name?.length ?? 0).toBeLessThanOrEqual(longestPackageName);
        }
        expect(packages?.length ?? 1).toBeGreaterThan(0);
      }),
      { numRuns: 1000 },
    );
  });

  it('are no more than can be kept', () => {
    expect(read(Array.from({ length: 1_000 }, (_, n) => ({ id: `P${n}` })))).toHaveLength(mostRead);
  });

  it.each([
    [[], 200],
    [{}, 200],
    [{ packages: 2 }, 200],
    [['P1'], 404],
    [['P1'], 204],
    [null, 200],
  ])('are not there in %j with %i', (json, status) => {
    expect(read(json, status)).toBeNull();
  });
});
