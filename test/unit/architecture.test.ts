import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { findViolations, importsOf, type SourceFile } from './import-rules.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const sources = (folders: readonly string[]): SourceFile[] =>
  folders.flatMap((folder) =>
    readdirSync(`${root}/${folder}`, { recursive: true, encoding: 'utf8' })
      .map((name) => `${folder}/${name.replaceAll('\\', '/')}`)
      .filter((path) => /\.tsx?$/u.test(path))
      .toSorted()
      .map((path) => ({ path, text: readFileSync(`${root}/${path}`, 'utf8') })),
  );
const product = sources(['shared', 'functions', 'infra/operator']);

describe('the product', () => {
  it('keeps to the rules of who may import whom, of size and of names', () => {
    expect(findViolations(product)).toEqual([]);
  });

  it('is really looked at: every file, and imports in all of its folders', () => {
    expect(product.length).toBeGreaterThan(50);
    const imports = product.flatMap(importsOf);
    const rooms = ['accounts', 'aws', 'domain', 'edge', 'http', 'lever', 'observability', 'stores', 'turn'];
    for (const folder of [...rooms.map((room) => `shared/${room}`), 'functions/check-worker', 'infra/operator']) {
      expect(imports.filter((name) => name.startsWith(`${folder}/`))).not.toEqual([]);
    }
    const known = [...product, ...sources(['infra'])].map(({ path }) => path);
    for (const name of imports.filter((each) => /^(?:shared|functions|infra)\//u.test(each))) {
      expect(known).toContain(name);
    }
  });
});

describe('what is read by zod', () => {
  it('is read by z.parse, whose errors say where in our code it was: those of a small schema’s own method begin in zod', () => {
    for (const { path, text } of product.filter((file) => !file.path.startsWith('infra/'))) {
      expect([path, text.match(/(?<!JSON|Date|\bz)\.parse\(/u)?.[0]]).toEqual([path, undefined]);
    }
  });
});

describe('the one composition', () => {
  const composing = sources(['shared', 'functions', 'infra', 'test'])
    .filter(({ path, text }) => path !== 'test/unit/architecture.test.ts' && /\bcreateApp\(/u.test(text))
    .map(({ path }) => path);

  it('is made by every handler but that of the settings page, which needs no world, and those that anybody may call, which load a part of it alone', () => {
    const handlers = product.map(({ path }) => path).filter((path) => /^functions\/[\w-]+\/handler\.ts$/u.test(path));
    expect(handlers).toHaveLength(11);
    const receiving = handlers.filter((path) => /webhook-verify|status-callback/u.test(path));
    const expected = handlers.filter(
      (path) => path !== 'functions/settings-page/handler.ts' && !receiving.includes(path),
    );
    expect(composing.filter((path) => path.startsWith('functions/'))).toEqual(expected);
    for (const { path, text } of product.filter((file) => receiving.includes(file.path))) {
      expect([path, /Ports\(\w+World\(signedCalls\(\)\)\)/u.test(text)]).toEqual([path, true]);
    }
  });

  it('is made by the worlds of the tests, and by nobody else', () => {
    expect(composing.filter((path) => !path.startsWith('functions/'))).toEqual([
      'test/fakes/world.ts',
      'test/simulation/machine/functions.ts',
      'test/unit/functions/lever-oauth/oauth-scene.ts',
    ]);
  });

  it('leaves a handler nothing to decide', () => {
    for (const { path, text } of product.filter((file) => file.path.endsWith('/handler.ts'))) {
      expect([path, text.trimEnd().split('\n').length <= 25]).toEqual([path, true]);
      const code = text.replaceAll(/^\s*\/\/.*$/gmu, '').replaceAll(/'[^']*'|`[^`]*`/gu, "''");
      expect([path, code.match(/\b(?:if|switch|for|while)\b|\?/u)]).toEqual([path, null]);
    }
  });
});

describe('the rules', () => {
  it.each([
    ['shared/domain/stage-entry.ts', "import { parseJson } from '#shared/http/parse-json.ts';"],
    ['shared/domain/stage-entry.ts', "import type { Turn } from '#shared/turn/turn-client.ts';"],
    ['shared/domain/stage-entry.ts', "import { createHash } from 'node:crypto';"],
    ['shared/domain/stage-entry.ts', "import * as z from 'zod';"],
    ['shared/stores/records.ts', "import * as z from 'zod';"],
    ['functions/settings-api/read-body.ts', "import type * as z from 'zod';"],
    ['shared/lever/delivery.ts', "import { readCallback } from '#shared/turn/callback.ts';"],
    ['shared/turn/callback.ts', "import { readDelivery } from '../lever/delivery.ts';"],
    ['shared/stores/credential-store.ts', "import type { LeverLogin } from '#shared/lever/lever-login.ts';"],
    ['shared/http/parse-json.ts', "export { readCheckStatus } from '#shared/turn/turn-client.ts';"],
    ['shared/aws/environment.ts', "import '#shared/turn/turn-client.ts';"],
    ['shared/stores/records.ts', "import { createTurn } from '#shared/turn/turn-client.ts';"],
    ['shared/observability/events.ts', "const lever = await import('#shared/lever/lever-client.ts');"],
    ['functions/sweep/sweep.ts', "import { syncLever } from '#functions/lever-update/sync-lever.ts';"],
    ['functions/sweep/sweep.ts', "import { syncLever } from '../lever-update/sync-lever.ts';"],
    ['shared/app.ts', "import { sweep } from '#functions/sweep/sweep.ts';"],
    ['shared/accounts/mark-disconnected.ts', "import { handler } from '#functions/sweep/handler.ts';"],
    ['functions/sweep/sweep.ts', "import { createApp } from '#shared/app.ts';"],
    ['functions/sweep/sweep.ts', "import { readVariable } from '#shared/aws/environment.ts';"],
    ['shared/stores/table.ts', "import { createDynamodbTable } from '#shared/aws/dynamodb-table.ts';"],
    ['infra/operator/stack.ts', "import { localStack } from '../local/local-stack.ts';"],
    ['infra/operator/stack.ts', "import { now } from '#infra/local/clock.ts';"],
    ['infra/operator/accounts.ts', "import { createWorld } from '../../test/fakes/world.ts';"],
    ['functions/sweep/sweep.ts', "import { createWorld } from '../../test/fakes/world.ts';"],
    ['shared/edge/x.ts', "import {\n  one,\n  two,\n} from '#infra/local/clock.ts';"],
  ])('refuse that %s says %s', (path, text) => {
    expect(findViolations([{ path, text }])).toEqual([expect.stringContaining(`${path} imports `)]);
  });

  it('refuse a circle of imports, however long', () => {
    const files = [
      { path: 'shared/edge/a.ts', text: "import { b } from './b.ts';" },
      { path: 'shared/edge/b.ts', text: "import type { c } from '#shared/stores/c.ts';" },
      { path: 'shared/stores/c.ts', text: "import { a } from '#shared/edge/a.ts';" },
      { path: 'shared/edge/apart.ts', text: "import { a } from './a.ts';" },
    ];
    const violations = findViolations(files);
    expect(violations).toHaveLength(3);
    expect(violations[0]).toContain('shared/edge/a.ts → shared/edge/b.ts → shared/stores/c.ts → shared/edge/a.ts');
  });

  it('refuse a file that is too long, and a name that says nothing', () => {
    expect(findViolations([{ path: 'shared/edge/long.ts', text: 'x;\n'.repeat(200) }])).toEqual([]);
    expect(findViolations([{ path: 'shared/edge/long.ts', text: 'x;\n'.repeat(201) }])).toHaveLength(1);
    expect(findViolations([{ path: 'shared/domain/transitions.ts', text: 'x;\n'.repeat(600) }])).toEqual([]);
    expect(findViolations([{ path: 'shared/domain/transitions.ts', text: 'x;\n'.repeat(601) }])).toHaveLength(1);
    for (const path of ['shared/edge/index.ts', 'shared/utils/x.ts', 'functions/sweep/helpers.ts', 'shared/lib/x.ts']) {
      expect(findViolations([{ path, text: '' }])).toHaveLength(1);
    }
  });

  it('allow what the product is made of', () => {
    const text = [
      "import { Failure } from '#shared/domain/failure.ts';",
      "import { readDelivery } from '#shared/lever/delivery.ts';",
      "import * as z from 'zod/mini';",
      "import type { Ports } from '#shared/ports.ts';",
      "import { other } from './other.ts';",
    ];
    expect(findViolations([{ path: 'functions/webhook-verify/accept-webhook.ts', text: text.join('\n') }])).toEqual([]);
    const composition = [
      "import { createApp } from '#shared/app.ts';",
      "import { lambdaWorld } from '#shared/aws/lambda-world.ts';",
      "import { connectVendors } from '#shared/vendors.ts';",
      "import { sweep } from './sweep.ts';",
    ];
    expect(findViolations([{ path: 'functions/sweep/handler.ts', text: composition.join('\n') }])).toEqual([]);
    const operator =
      "import { createDynamodbTable } from '#shared/aws/dynamodb-table.ts';\nimport { x } from './accounts-table.ts';";
    expect(findViolations([{ path: 'infra/operator/stack.ts', text: operator }])).toEqual([]);
  });
});
