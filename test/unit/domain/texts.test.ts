import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { problemCodes, type Warning } from '#shared/domain/stage-entry.ts';
import { isStatusTag, problemNote, reportNote, rerunDeniedNote, statusTag, turnIdNote } from '#shared/domain/texts.ts';

const outsideText = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 300, size: 'max' }),
  fc.string({
    unit: fc.constantFrom('@', '\n', '\r', '\u2028', '\u0085', '"', '🦭', 'a', ' '),
    maxLength: 200,
    size: 'max',
  }),
);
const lineBreak = /[\n\r\u2028\u2029\u0085\v\f]/u;
const invisible = /[^\P{C}\n]/u;

const startNote = (packageId: string | null, warnings: readonly Warning[], packageName = 'Driver'): string =>
  turnIdNote({ turnId: 'C0000004711', packageId, packageName, warnings });

describe('notes', () => {
  it('let no text from outside mention anybody, add a line, run on, or end in half a letter', () => {
    const warning = outsideText.chain((text) =>
      fc.constantFrom<Warning>(
        { kind: 'malformed_package_tag', tag: text, usedDefault: true },
        { kind: 'unknown_package', packageId: text },
        { kind: 'invitation_not_sent', by: 'email' },
        { kind: 'invitation_not_sent', by: 'sms' },
      ),
    );
    fc.assert(
      fc.property(warning, outsideText, (given, name) => {
        const note = startNote('P0000000001', [given], name);
        expect(note.split(/[\n\r\u2028\u2029\u0085\v\f]/u)).toHaveLength(
          given.kind === 'invitation_not_sent' && given.by === 'email' ? 4 : 5,
        );
        expect(note).not.toContain('@');
        expect(note.length).toBeLessThan(630);
        expect(note).not.toMatch(invisible);
        expect(note).not.toMatch(/\p{Cs}/u);
      }),
      { numRuns: 1000 },
    );
  });

  it('keep the detail of a problem as harmless', () => {
    fc.assert(
      fc.property(fc.constantFrom(...problemCodes), fc.option(outsideText, { nil: null }), (code, detail) => {
        const note = problemNote({ code, detail });
        expect(note.split(/[\n\r\u2028\u2029\u0085]/u)).toHaveLength(2);
        expect(note).not.toContain('@');
        expect(note.length).toBeLessThan(500);
        expect(note).not.toMatch(invisible);
        expect(note).not.toMatch(/\p{Cs}/u);
      }),
      { numRuns: 1000 },
    );
  });

  it('say what is wrong and what to do, differently for every problem', () => {
    const notes = problemCodes.map((code) => problemNote({ code, detail: null }));
    expect(new Set(notes).size).toBe(problemCodes.length);
    for (const note of notes) expect(note).toMatch(/^[A-Z].*\.\n[A-Z].*\. .*\.$/u);
  });

  it('say which fields Turn objected to, in words', () => {
    const note = problemNote({ code: 'turn_rejected', detail: 'email, phone_number' });
    expect(note).toContain('(it objected to the e-mail address, the phone number).');
  });

  it('give the address of the report as delivered, but for what could mention somebody or break the line', () => {
    fc.assert(
      fc.property(outsideText, (text) => {
        const note = reportNote(text, `https://partners.turn.example/${text}`);
        expect(note.split(lineBreak)).toHaveLength(2);
        expect(note).not.toMatch(invisible);
        expect(note).not.toContain('@');
        expect(note.length).toBeLessThan(1_300);
      }),
      { numRuns: 1000 },
    );
  });

  it('call the package by its name, where one is known, beside its id', () => {
    expect(startNote('P0000000001', [], 'Driver check')).toContain('\nPackage: Driver check (P0000000001)\n');
    expect(startNote('P0000000001', [], '\u200b')).toContain('\nPackage: P0000000001\n');
    expect(startNote(null, [])).toContain("\nPackage: your Turn account's default\n");
  });

  it('lead nowhere by what a tag says', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom('http', ':', '/', '//', '://', 'x.example', '\u200b')), (parts) => {
        const warning: Warning = { kind: 'malformed_package_tag', tag: parts.join(''), usedDefault: true };
        expect(startNote(null, [warning])).not.toContain('://');
      }),
    );
  });

  it('say of a check that was ordered with another application where it was, with the same ids', () => {
    const check = { turnId: 'C0000004711', packageId: 'P0000000002', warnings: [] } as const;
    const [first, ...others] = turnIdNote({ ...check, isFollowed: true }).split('\n');
    expect(first).toMatch(/^[A-Z].*ordered with another application.*\.$/u);
    expect(others).toEqual(turnIdNote(check).split('\n').slice(1, 3));
  });

  it('say what was not used of the candidate, in one line each', () => {
    const kinds = ['foreign_phone', 'refused_phone', 'refused_email'] as const;
    const lines = startNote(
      'P0000000001',
      kinds.map((kind) => ({ kind })),
    )
      .split('\n')
      .slice(4);
    expect(lines).toHaveLength(3);
    for (const line of lines) expect(line).toMatch(/^Please note: .*[a-z]\.$/u);
    expect(lines.join()).not.toContain('was ordered instead');
  });

  it('name three tags that only look like ours, and count the others', () => {
    const warning = (tag: string): Warning => ({ kind: 'malformed_package_tag', tag, usedDefault: true });
    const noteOf = (tags: string[]) => startNote(null, [...tags.map(warning), { kind: 'foreign_phone' }]);
    expect(noteOf(['T1', 'T2', 'T3'])).not.toContain('more');
    expect(noteOf(['T1', 'T2', 'T3', 'T4'])).toMatch(/T3.*\n… and 1 more such tag\.\nPlease note: Turn reaches/u);
    const note = noteOf(['T1', 'T2', 'T3', 'T4', 'T5']);
    expect(note).toContain('and 2 more such tags.');
    expect(note).not.toContain('T4');
  });

  it('give the Turn ID, the package and the report', () => {
    expect(startNote('P0000000002', [])).toContain('Turn ID: C0000004711\nPackage: Driver (P0000000002)');
    expect(startNote(null, [])).toContain("Turn account's default");
    expect(reportNote('C0000004711', 'https://partners.turn.example/w/1')).toContain(
      'https://partners.turn.example/w/1',
    );
    expect(rerunDeniedNote({ kind: 'never' })).toContain('not to repeat checks');
    expect(rerunDeniedNote({ kind: 'after_days', days: 90 })).toContain('not to repeat a check within 90 days');
  });
});

describe('statusTag', () => {
  it("shows the account's own word, and ours where that is not safe", () => {
    const labels = { clear: 'Alles klar ✅', consider: 'a\nTurnStatus:clear', rejected: '@everyone' };
    expect(statusTag('clear', labels)).toBe('TurnStatus:Alles klar ✅');
    expect(statusTag('consider', labels)).toBe('TurnStatus:consider');
    expect(statusTag('rejected', labels)).toBe('TurnStatus:rejected');
    expect(statusTag('constructor', labels)).toBe('TurnStatus:constructor');
  });
});

describe('isStatusTag', () => {
  it('knows every tag that we write, and no other', () => {
    fc.assert(
      fc.property(fc.string(), (status) => {
        expect(isStatusTag(statusTag(status, {}))).toBe(true);
      }),
    );
    for (const tag of ['TurnStatus\uff1aclear', ' turn\u200bstatus:clear']) expect(isStatusTag(tag)).toBe(true);
    for (const tag of ['Turnstatus', 'TurnPackage:P1', 'My TurnStatus:clear', 'Engineering', '']) {
      expect(isStatusTag(tag)).toBe(false);
    }
  });
});
