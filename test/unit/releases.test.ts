import { describe, expect, it } from 'vitest';
import { parseAccount, parseMessage } from '#shared/edge/queue-handler.ts';
import { createPorts } from '#shared/ports.ts';
import { createFieldCipher } from '#shared/stores/field-cipher.ts';
import type { Item } from '#shared/stores/table.ts';
import { createMemoryTable } from '../fakes/memory-table.ts';
import { readWritten, recordedReleases } from '../releases/release-files.ts';

type Ports = ReturnType<typeof portsOver>['ports'];

/** A world that can do nothing but keep a table. */
const portsOver = (items: readonly Item[]) => {
  const table = createMemoryTable();
  const told: string[] = [];
  const nothing = async (): Promise<never> => {
    throw new Error('Nothing but the table is read here.');
  };
  /** What is encrypted is compared as it is. */
  const same = async (_: string, text: string): Promise<string> => text;
  const cipher = { encrypt: same, decrypt: same, isCurrent: async () => true };
  const ports = createPorts({
    now: () => 0,
    sleep: nothing,
    random: () => 0,
    newId: () => 'id',
    newSecret: () => 'secret',
    table,
    cipher,
    webhookCipher: cipher,
    send: nothing,
    secret: nothing,
    queues: { decision: nothing, sync: nothing, maintenance: nothing },
    ownQueue: { changeVisibility: nothing, sendToDeadLetters: nothing },
    log: (code) => void told.push(code),
    config: {} as never,
  });
  return { ports, table, told, fill: () => Promise.all(items.map((item) => table.overwrite(item))) };
};

const accountOf = ({ pk }: Item): string => pk.slice(pk.indexOf('#') + 1);
const nameOf = ({ sk }: Item): string => sk.slice(sk.indexOf('#') + 1);
const kindOf = ({ sk }: Item): string => sk.split('#')[0] ?? '';
const page = { limit: 1_000, after: null };

/** How this version reads the kinds of items that have fields, and, where it changes nothing in it, saves it again. By the beginning of the sort key. */
const readers: Readonly<Record<string, (ports: Ports, item: Item) => Promise<unknown>>> = {
  ACCOUNT: ({ accounts }, item) => accounts.update(accountOf(item), (account) => ({ ...account })),
  ACTIVITY: async ({ activities }, item) => (await activities.list(accountOf(item), page)).activities,
  CREDENTIALS: ({ credentials }, item) => credentials.update(accountOf(item), (before) => ({ ...before })),
  HEARTBEATS: ({ heartbeats }, item) => heartbeats.load(accountOf(item)),
  INTAKE: ({ recallIntake }, item) => recallIntake(accountOf(item), () => true),
  'MAIL-LIST': ({ mailLists }, item) => mailLists.update(accountOf(item), (list) => ({ ...list })),
  OPPORTUNITY: ({ records }, item) =>
    records.apply({ accountId: accountOf(item), opportunityId: nameOf(item) }, (record) => ({
      record: { ...record },
      effects: [],
    })),
  PACKAGES: ({ packages }, item) => packages.load(accountOf(item)),
  PRESS: ({ presses }, item) => presses.forget(accountOf(item), 'nobody'),
  RECONCILIATION: ({ reconciliations }, item) => reconciliations.load(accountOf(item)),
  STORY: async ({ activities }, item) => (await activities.listAbout(accountOf(item), nameOf(item), 9)).activities,
  WORKER: ({ sharers }, item) => sharers.ofWorker(accountOf(item), nameOf(item)),
  SECRETS: ({ webhookSecrets }, item) => webhookSecrets.update(accountOf(item), (before) => ({ ...before })),
};

describe.each(recordedReleases())('what release %s wrote', (version) => {
  const { items, messages, sealed } = readWritten(version);

  it.each([...new Set(items.map(kindOf))])('%s: is read, and loses nothing when it is saved again', async (kind) => {
    for (const item of items.filter((each) => kindOf(each) === kind)) {
      const { ports, table, told, fill } = portsOver([item]);
      await fill();
      const read = readers[kind] ?? (() => table.get(item));
      expect(await read(ports, item)).not.toBeNull();
      expect(told).toEqual([]);
      expect((await table.get(item))?.content).toEqual(item.content);
    }
  });

  it('are messages that are work items', () => {
    for (const message of messages) expect(parseMessage(message) ?? parseAccount(message)).not.toBeNull();
  });

  it('are secrets that can be opened', async () => {
    const byId = async () => Buffer.from(sealed.ring, 'base64');
    const cipher = createFieldCipher({ byId, current: async () => ({ keyId: 'other', key: await byId() }) });
    expect(await cipher.decrypt(sealed.context, sealed.encrypted)).toBe(sealed.secret);
  });
});

it('has at least one release to live beside', () => {
  expect(recordedReleases()).not.toEqual([]);
});
