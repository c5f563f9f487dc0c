import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { tidied } from '#shared/domain/folded.ts';
import {
  distinctPackages,
  emptyPackageList,
  enteredFaults,
  knownPackages,
  longestPackageName,
  mostEntered,
  mostRead,
  nameOfPackage,
  packageNameOf,
  packagesOfTags,
} from '#shared/domain/packages.ts';

const anyText = fc.string({ unit: 'binary', maxLength: 400, size: 'max' });
const read = (...packages: { id: string; name: string | null }[]) => ({ readAt: 1, packages });

describe('the name of a package', () => {
  it('is one line as a reader sees it, and not too long', () => {
    fc.assert(
      fc.property(anyText, (text) => {
        const name = packageNameOf(text);
        if (name === null) return;
        expect(name).not.toMatch(/^ | $|[\p{Cc}\p{Cf}\p{Cs}\u2028\u2029]/u);
        expect(name.length).toBeLessThanOrEqual(longestPackageName);
        expect(tidied(text).startsWith(name)).toBe(true);
      }),
      { numRuns: 1000 },
    );
  });

  it.each(['', ' ', '\u200b\n'])('is none where %j says nothing', (text) => {
    expect(packageNameOf(text)).toBeNull();
  });
});

describe('the packages of an account', () => {
  it('go by the name that was entered, else by Turn’s, else by that of a tag', () => {
    const list = {
      entered: [{ id: 'P1', name: 'Entered' }],
      turn: read({ id: 'P1', name: 'Turn' }, { id: 'P2', name: 'Of Turn' }, { id: 'P3', name: null }),
      leverTags: read({ id: 'P2', name: 'Tag' }, { id: 'P3', name: 'Tagged' }, { id: 'P4', name: null }),
    };
    expect(knownPackages(list)).toEqual([
      { id: 'P1', name: 'Entered', from: 'entered' },
      { id: 'P2', name: 'Of Turn', from: 'turn' },
      { id: 'P3', name: 'Tagged', from: 'turn' },
      { id: 'P4', name: null, from: 'lever_tags' },
    ]);
    expect(nameOfPackage(list, 'P3')).toBe('Tagged');
    expect(nameOfPackage(list, 'P4')).toBeNull();
    expect(nameOfPackage(emptyPackageList, 'P1')).toBeNull();
  });

  it('are those of the tags that are ours, each once, and no more than can be kept', () => {
    expect(packagesOfTags(['Full-time', 'TurnPackage:P7', 'turnpackage: p7 : Driver: A', 'TurnPackge:P8'])).toEqual([
      { id: 'P7', name: 'Driver: A' },
    ]);
    const many = Array.from({ length: mostRead + 50 }, (_, n) => ({ id: `P${n}`, name: '\u{20000}'.repeat(400) }));
    expect(distinctPackages(many, mostRead)).toHaveLength(mostRead);
    const list = {
      entered: distinctPackages(many, mostEntered),
      turn: read(...distinctPackages(many, mostRead)),
      leverTags: read(...distinctPackages(many, mostRead)),
    };
    // DynamoDB's limit for an item is 400 KiB.
    expect(Buffer.byteLength(JSON.stringify(list))).toBeLessThan(400 * 1024);
  });
});

describe('packages that somebody entered', () => {
  it('are named by their faults, field by field', () => {
    const long = 'x'.repeat(longestPackageName + 1);
    expect(enteredFaults([{ id: 'P1', name: 'Driver' }])).toEqual({});
    const faults = enteredFaults([
      { id: 'P1', name: '\u200b' },
      { id: ' p1 ', name: 'Twice' },
      { id: '17', name: long },
    ]);
    expect(Object.keys(faults)).toEqual(['packages.0.name', 'packages.1.id', 'packages.2.id', 'packages.2.name']);
    const many = Array.from({ length: mostEntered + 1 }, (_, n) => ({ id: `P${n}`, name: 'x' }));
    expect(Object.keys(enteredFaults(many))).toEqual(['packages']);
  });
});
