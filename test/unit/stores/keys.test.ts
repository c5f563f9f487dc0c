import { describe, expect, it } from 'vitest';
import { duePartitionOf, duePartitions } from '#shared/stores/keys.ts';

describe('the partitions of due work', () => {
  it('hold every account, and spread many of them', () => {
    const used = new Set(Array.from({ length: 500 }, (_, n) => duePartitionOf(`acct_${n}`)));
    expect([...used].toSorted()).toEqual([...duePartitions].toSorted());
  });
});
