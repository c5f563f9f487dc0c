import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { activityRows } from '#functions/settings-page/browser/activity-csv.ts';
import { csvOf } from '#functions/settings-page/browser/csv.ts';
import { connected } from '../../../../browser/fake-api.ts';

/** As a spreadsheet reads it: RFC 4180. */
const parse = (csv: string): string[][] => {
  const rows: string[][] = [];
  const cell = /"((?:[^"]|"")*)"(,|\r\n)/gy;
  let row: string[] = [];
  for (const [, text = '', end] of csv.slice(1).matchAll(cell)) {
    row.push(text.replaceAll('""', '"'));
    if (end === ',') continue;
    rows.push(row);
    row = [];
  }
  return rows;
};

const text = fc.oneof(
  fc.string(),
  fc.string({ unit: 'binary', maxLength: 5 }),
  fc
    .tuple(fc.constantFrom('=', '+', '-', '@', '\t', '\r', '\n', '＝', "'", '"', ','), fc.string())
    .map((parts) => parts.join('')),
);

describe('a CSV file', () => {
  it('gives back every cell, but for the apostrophe before what a spreadsheet would take for a formula', () => {
    fc.assert(
      fc.property(fc.array(fc.array(text, { minLength: 1, maxLength: 4 }), { maxLength: 5 }), (rows) => {
        const read = parse(csvOf(rows));
        expect(read.map((cells) => cells.length)).toEqual(rows.map((cells) => cells.length));
        for (const [at, cells] of rows.entries()) {
          for (const [column, cell] of cells.entries()) {
            const got = read[at]?.[column] ?? '';
            expect([cell, `'${cell}`]).toContain(got);
            expect(got).not.toMatch(/^[=+\-@\t\r\n]/u);
            if (/^[A-Za-z0-9 ]/u.test(cell)) expect(got).toBe(cell);
          }
        }
      }),
    );
  });

  it('is read as UTF-8, and as it stands', () => {
    expect(csvOf([['Größe', '=1+1', 'a "b", c']])).toBe('\uFEFF"Größe","\'=1+1","a ""b"", c"\r\n');
    expect(csvOf([])).toBe('\uFEFF');
  });

  it('of the activity says what the page says, and who it was', () => {
    const line = { at: Date.UTC(2026, 10, 5), kind: 'check_status', detail: 'clear', opportunityId: 'opp-1' } as const;
    const settings = { at: 0, kind: 'settings_changed', detail: 'hourlyCap: none → 5', opportunityId: null } as const;
    expect(
      activityRows(
        [
          { ...line, by: null, byName: null },
          { ...settings, by: 'user-1', byName: 'Marisol Quintrell' },
          { ...settings, by: 'user-2', byName: null },
        ],
        connected(),
      ),
    ).toEqual([
      ['Time', 'What', 'Details', 'By', 'Opportunity', 'Link'],
      [
        '2026-11-05T00:00:00.000Z',
        'Status at Turn changed',
        'clear',
        '',
        'opp-1',
        'https://hire.lever.co/candidates/opp-1',
      ],
      ['1970-01-01T00:00:00.000Z', 'Settings changed', expect.stringContaining('→ 5'), 'Marisol Quintrell', '', ''],
      ['1970-01-01T00:00:00.000Z', 'Settings changed', expect.stringContaining('→ 5'), 'user-2', '', ''],
    ]);
  });
});
