// `npm run release:record` keeps what this version stores and runs, so that every later one is tested beside it. Once for each version.
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { readAssembly } from '#infra/local/assembly/read-assembly.ts';
import { synthesize } from '#infra/local/assembly/synthesize.ts';
import { buildTools } from '#infra/local/build-tools.ts';
import { createChildProcesses } from '#infra/local/child-processes.ts';
import type { MailList } from '#shared/domain/mail-list.ts';
import { createFieldCipher } from '#shared/stores/field-cipher.ts';
import * as keys from '#shared/stores/keys.ts';
import { type Item, itemOver } from '#shared/stores/table.ts';
import { perform } from '../simulation/actions.ts';
import { markName } from '../simulation/machine/other-version.ts';
import { planOf } from '../simulation/plan.ts';
import { serviceOf } from '../simulation/simulate.ts';
import { releasesFolder, type Written, writeRelease } from './release-files.ts';

const minute = 60_000;
const seeds = 150;

/** An item's kind, its fields and its codes, without what only names or times it: of those alike, one is enough. */
const shapeOf = ({ pk, sk, content }: Item): string => {
  const shape = (value: unknown, name: string): unknown => {
    if (Array.isArray(value)) return distinct(value, (one) => JSON.stringify(shape(one, name)));
    if (typeof value === 'object' && value !== null)
      return distinct(Object.entries(value), ([field, inner]) =>
        JSON.stringify([isCode(field) ? field : '…', shape(inner, field)]),
      );
    if (
      typeof value === 'string' &&
      ['kind', 'state', 'code', 'lastFailure', 'outcome', 'connectionState'].includes(name)
    )
      return value;
    return value === null ? null : typeof value;
  };
  return JSON.stringify([pk.split('#')[0], sk.split('#')[0], shape(content, '')]);
};
const distinct = <T>(all: readonly T[], name: (one: T) => string): string[] => [...new Set(all.map(name))];
const isCode = (field: string): boolean => /^[a-z][A-Za-z]{1,30}$|^[a-z]+(_[a-z]+)+$/u.test(field);

/** Without the fields that the simulation plants. */
const withoutMarks = (item: Item): Item =>
  JSON.parse(JSON.stringify(item, (name, value: unknown) => (name === markName ? undefined : value))) as Item;

/** One item of each shape, out of many simulated months with work under way. */
const itemsOfMany = async (): Promise<Item[]> => {
  const found = new Map<string, Item>();
  for (let seed = 1; seed <= seeds; seed++) {
    const plan = planOf(seed);
    const service = await serviceOf(plan, false);
    for (const action of plan.actions) service.scheduler.after(action.atMs, () => perform(action, service));
    for (let looks = 0; looks < 12; looks++) {
      await service.run((looks < 8 ? 1 : 60 * looks) * minute);
      for (const stored of service.memory.items.values()) {
        const item = withoutMarks(stored);
        const shape = shapeOf(item);
        if (!found.has(shape)) found.set(shape, item);
      }
    }
  }
  return [...found].toSorted(([one], [other]) => (one < other ? -1 : 1)).map(([, item]) => item);
};

/** Who is told by mail: no simulated customer asks for it. */
const mailListItem = (): Item => {
  const address = { id: 'address-1', sealed: 'sealed', unsubscribeHash: 'hash', addedAt: 1, confirmedAt: 2, links: [] };
  const mail = (news: MailList['outbox'][number]['news']) => ({
    id: news.kind,
    addressId: 'address-1',
    news,
    tries: 1,
    nextAt: 3,
  });
  const list: MailList = {
    addresses: [address, { ...address, id: 'address-2', confirmedAt: null, links: [{ hash: 'hash', expiresAt: 4 }] }],
    outbox: [
      mail({ kind: 'problem', cause: 'lever_disconnected', message: 'What is wrong.', todo: 'What to do.' }),
      mail({ kind: 'mended', cause: 'lever_disconnected' }),
      mail({ kind: 'reauthorization', daysLeft: 7 }),
      mail({ kind: 'confirmation' }),
    ],
    told: {
      causes: { lever_disconnected: { seenAt: 1, toldAt: 2, goneAt: null } },
      reauthorization: { by: 5, daysLeft: 7 },
    },
    nextLookAt: 6,
    asked: { day: 20_000, count: 1 },
  };
  return itemOver(null, keys.mailList('acct_recorded'), list);
};

const sealed = async (): Promise<Written['sealed']> => {
  const key = Buffer.alloc(32, 'a key of the record').toString('base64');
  const [context, secret] = ['acct_recorded/turn-token', 'a secret of the record'];
  const keyOf = async () => Buffer.from(key, 'base64');
  const cipher = createFieldCipher({ current: async () => ({ keyId: 'k1', key: await keyOf() }), byId: keyOf });
  return { ring: key, context, encrypted: await cipher.encrypt(context, secret), secret };
};

/** The deployed bundles, by the construct id of the function. */
const bundles = async (): Promise<Record<string, string>> => {
  const folder = mkdtempSync(path.join(tmpdir(), 'lever-turn-release-'));
  await buildTools(folder);
  const children = createChildProcesses(folder, folder);
  try {
    const context = {
      oidcIssuer: 'https://login.example',
      oidcAudience: 'api',
      oidcClientId: 'page',
      mailSender: 'notices@turn.example',
    };
    await synthesize(path.join(folder, 'cdk.out'), context, children, print);
    return Object.fromEntries(
      readAssembly(path.join(folder, 'cdk.out')).flatMap(({ template, assetFolders }) =>
        Object.entries(template.Resources).flatMap(([id, { Type, Properties }]) => {
          const { S3Key } = (Properties['Code'] ?? {}) as { S3Key?: string };
          const asset = Type === 'AWS::Lambda::Function' ? assetFolders.get(S3Key ?? '') : undefined;
          const name = id.replace(/Function[0-9A-F]{8}$/u, '');
          return asset === undefined ? [] : [[name, readFileSync(path.join(asset, 'index.mjs'), 'utf8')]];
        }),
      ),
    );
  } finally {
    await children.endAll();
    rmSync(folder, { recursive: true, force: true });
  }
};

const print = (line: string): void => void process.stdout.write(`${line}\n`);

const { version } = JSON.parse(readFileSync('package.json', 'utf8')) as { version: string };
if (existsSync(path.join(releasesFolder, version))) {
  print(`Release ${version} is recorded. If what is stored has changed, raise the version in package.json first.`);
  process.exitCode = 1;
} else {
  const items = [...(await itemsOfMany()), mailListItem()];
  const item = { accountId: 'acct_recorded', opportunityId: '4f1d2c3b-0000-4000-8000-000000000001' };
  const messages = [item, { accountId: item.accountId }].map((message) => JSON.stringify(message));
  writeRelease(version, { items, messages, sealed: await sealed() }, await bundles());
  print(`Release ${version}: ${items.length} items, in test/fixtures/releases/${version}.`);
}
