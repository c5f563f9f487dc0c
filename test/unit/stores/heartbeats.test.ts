import { describe, expect, it } from 'vitest';
import { createHeartbeats } from '#shared/stores/heartbeats.ts';
import * as keys from '#shared/stores/keys.ts';
import { createMemoryTable } from '../../fakes/memory-table.ts';

const scene = () => {
  let time = Date.parse('2026-03-02T09:00:00Z');
  const table = createMemoryTable();
  let reads = 0;
  const counted = {
    ...table,
    get: (key: Parameters<typeof table.get>[0]) => {
      reads++;
      return table.get(key);
    },
  };
  const open = () => createHeartbeats(counted, { now: () => time });
  const pass = (seconds: number): void => {
    time += seconds * 1000;
  };
  return { table, open, pass, now: () => time, reads: () => reads };
};

describe('heartbeats', () => {
  it('are kept with their time, each for itself', async () => {
    const { open, now } = scene();
    const heartbeats = open();
    expect(await heartbeats.touch('acct_a', 'lastWebhookAt')).toBe(true);
    expect(await heartbeats.load('acct_a')).toMatchObject({ lastWebhookAt: now(), lastVerifiedAt: null });
    expect(await heartbeats.load('acct_b')).toMatchObject({ lastWebhookAt: null });
  });

  it('of webhooks lie apart from the others, and are read with them; one that lay there before counts too', async () => {
    const { table, open, pass, now } = scene();
    const heartbeats = open();
    const content = { lastWebhookAt: now() - 1, lastVerifiedAt: now() - 1 };
    await table.overwrite({
      ...keys.heartbeats('acct_a'),
      version: 1,
      content,
      expiresAt: null,
      due: null,
      open: null,
    });
    for (const name of ['lastWebhookAt', 'lastCheckAt'] as const) await heartbeats.touch('acct_a', name);
    expect([...table.items.values()].map(({ pk }) => pk).toSorted()).toEqual(['ACCOUNT#acct_a', 'WEBHOOK#acct_a']);
    pass(1);
    const [before, at] = [now() - 1001, now() - 1000];
    expect(await heartbeats.load('acct_a')).toMatchObject({
      lastWebhookAt: at,
      lastVerifiedAt: before,
      lastCheckAt: at,
    });
  });

  it('are written once a minute, and a busy process does not even read', async () => {
    const { open, pass, now, reads } = scene();
    const heartbeats = open();
    const first = now();
    await heartbeats.touch('acct_a', 'lastWebhookAt');
    pass(59);
    for (let n = 0; n < 100; n++) expect(await heartbeats.touch('acct_a', 'lastWebhookAt')).toBe(false);
    expect(reads()).toBe(1);
    // Another process knows no better, and reads.
    expect(await open().touch('acct_a', 'lastWebhookAt')).toBe(false);
    expect((await heartbeats.load('acct_a')).lastWebhookAt).toBe(first);
    pass(1);
    expect(await heartbeats.touch('acct_a', 'lastWebhookAt')).toBe(true);
  });

  it('end the silence where they are a webhook, and only there', async () => {
    const { open, pass, now } = scene();
    const heartbeats = open();
    await heartbeats.setSilentSince('acct_a', now());
    await heartbeats.touch('acct_a', 'lastCheckAt');
    expect((await heartbeats.load('acct_a')).silentSince).toBe(now());
    await heartbeats.touch('acct_a', 'lastWebhookAt');
    expect((await heartbeats.load('acct_a')).silentSince).toBeNull();
    await heartbeats.setSilentSince('acct_a', now());
    pass(30);
    expect(await open().touch('acct_a', 'lastWebhookAt')).toBe(true);
    expect((await heartbeats.load('acct_a')).silentSince).toBeNull();
  });

  it('are read as they were kept before there were so many kinds', async () => {
    const { open, table } = scene();
    const content = { lastWebhookAt: 1, lastVerifiedAt: null, lastCheckAt: null, lastLeverWriteAt: null };
    const item = { ...keys.heartbeats('acct_a'), version: 1, expiresAt: null, due: null, open: null };
    await table.overwrite({ ...item, content: { ...content, silentSince: null } });
    expect(await open().load('acct_a')).toMatchObject({
      lastWebhookAt: 1,
      lastUnsignedLineAt: null,
    });
  });

  it('let a lost race go', async () => {
    const { open } = scene();
    const heartbeats = open();
    const other = open();
    const both = await Promise.all([
      heartbeats.touch('acct_a', 'lastCheckAt'),
      other.touch('acct_a', 'lastLeverWriteAt'),
    ]);
    expect(both.toSorted()).toEqual([false, true]);
  });
});
