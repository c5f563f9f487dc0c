import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { judgeCalls, record, recorded } from '../../bench/gates.ts';
import { countPublicFunctions } from '../../bench/parts/calls.ts';

describe('what the public functions ask of AWS, as shipped (REWRITE_CALLS=1 records it anew)', () => {
  it('is what is recorded', async () => {
    const counted = await countPublicFunctions(mkdtempSync(path.join(tmpdir(), 'calls-')));
    if (process.env['REWRITE_CALLS'] === '1') record({ calls: { ...recorded().calls, ...counted } });
    expect(Object.entries(counted).flatMap(([what, calls]) => judgeCalls(what, calls, recorded()))).toEqual([]);
  });
});
