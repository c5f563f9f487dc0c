import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ProblemCode, Warning } from '#shared/domain/check.ts';
import { isStatusTag, notRerunNote, problemNote, reportNote, statusTag, turnIdNote } from '#shared/domain/texts.ts';

const outsideText = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 300, size: 'max' }),
  fc.string({
    unit: fc.constantFrom('@', '\n', '\r', '\u2028', '\u0085', '"', '🦭', 'a', ' '),
    maxLength: 200,
    size: 'max',
  }),
);
const codes: ProblemCode[] = ['no_email', 'no_full_name', 'several_packages', 'turn_rejected', 'turn_account'];

describe('notes', () => {
  it('let no text from outside mention anybody, add a line, run on, or end in half a letter', () => {
    const warning = outsideText.chain((text) =>
      fc.constantFrom<Warning>({ kind: 'near_miss_tag', tag: text }, { kind: 'unknown_package', packageId: text }),
    );
    fc.assert(
      fc.property(warning, (given) => {
        const note = turnIdNote('C0000004711', 'P0000000001', [given]);
        expect(note.split(/[\n\r\u2028\u2029\u0085\v\f]/u)).toHaveLength(4);
        expect(note).not.toContain('@');
        expect(note.length).toBeLessThan(350);
        expect(note).not.toMatch(/\p{Cs}/u);
      }),
      { numRuns: 1000 },
    );
  });

  it('keep the detail of a problem as harmless', () => {
    fc.assert(
      fc.property(fc.constantFrom(...codes), fc.option(outsideText, { nil: null }), (code, detail) => {
        const note = problemNote({ code, detail });
        expect(note.split(/[\n\r\u2028\u2029\u0085]/u)).toHaveLength(2);
        expect(note).not.toContain('@');
        expect(note.length).toBeLessThan(400);
        expect(note).not.toMatch(/\p{Cs}/u);
      }),
      { numRuns: 1000 },
    );
  });

  it('say what is wrong and what to do, differently for every problem', () => {
    const notes = codes.map((code) => problemNote({ code, detail: null }));
    expect(new Set(notes).size).toBe(codes.length);
    for (const note of notes) expect(note).toMatch(/was not started: .*\.\n.* Then move the candidate/u);
  });

  it('give the Turn ID, the package and the report', () => {
    expect(turnIdNote('C0000004711', 'P0000000002', [])).toContain('Turn ID: C0000004711\nPackage: P0000000002');
    expect(turnIdNote('C0000004711', null, [])).toContain("Turn account's default");
    expect(reportNote('C0000004711', 'https://partners.turn.example/w/1')).toContain(
      'https://partners.turn.example/w/1',
    );
    expect(notRerunNote()).toContain('not to repeat checks');
  });
});

describe('isStatusTag', () => {
  it('knows every tag that we write, and no other', () => {
    fc.assert(
      fc.property(fc.string(), (status) => {
        expect(isStatusTag(statusTag(status))).toBe(true);
      }),
    );
    for (const tag of ['Turnstatus', 'TurnPackage:P1', 'My TurnStatus:clear', 'Engineering', '']) {
      expect(isStatusTag(tag)).toBe(false);
    }
  });
});
