import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { findViolations, importsOf, type SourceFile } from './import-rules.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const product: SourceFile[] = ['shared', 'functions'].flatMap((folder) =>
  readdirSync(`${root}/${folder}`, { recursive: true, encoding: 'utf8' })
    .map((name) => `${folder}/${name.replaceAll('\\', '/')}`)
    .filter((path) => /\.tsx?$/u.test(path))
    .map((path) => ({ path, text: readFileSync(`${root}/${path}`, 'utf8') })),
);

describe('the product', () => {
  it('keeps to the rules of who may import whom, of size and of names', () => {
    expect(findViolations(product)).toEqual([]);
  });

  it('is really looked at: every file, and imports in all of its folders', () => {
    expect(product.length).toBeGreaterThan(50);
    const imports = product.flatMap(importsOf);
    for (const folder of ['shared/domain', 'shared/lever', 'shared/turn', 'shared/stores', 'functions/check-worker']) {
      expect(imports.some((name) => name.startsWith(`${folder}/`))).toBe(true);
    }
    for (const name of imports.filter((each) => /^(?:shared|functions)\//u.test(each))) {
      expect(product.map(({ path }) => path)).toContain(name);
    }
  });
});

describe('the rules', () => {
  it.each([
    ['shared/domain/check.ts', "import { parseJson } from '#shared/http/parse-json.ts';"],
    ['shared/domain/check.ts', "import type { Turn } from '#shared/turn/turn-client.ts';"],
    ['shared/domain/check.ts', "import { createHash } from 'node:crypto';"],
    ['shared/domain/check.ts', "import * as z from 'zod';"],
    ['shared/lever/delivery.ts', "import { readCallback } from '#shared/turn/callback.ts';"],
    ['shared/turn/callback.ts', "import { readDelivery } from '../lever/delivery.ts';"],
    ['shared/stores/vault.ts', "import type { Grant } from '#shared/lever/refresh-grant.ts';"],
    ['shared/http/parse-json.ts', "export { readProgress } from '#shared/turn/progress.ts';"],
    ['shared/config/environment.ts', "import '#shared/turn/progress.ts';"],
    ['shared/observability/report.ts', "const lever = await import('#shared/lever/lever-client.ts');"],
    ['functions/sweep/sweep.ts', "import { updateLever } from '#functions/lever-update/update-lever.ts';"],
    ['functions/sweep/sweep.ts', "import { updateLever } from '../lever-update/update-lever.ts';"],
    ['shared/runtime.ts', "import { sweep } from '#functions/sweep/sweep.ts';"],
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
    for (const path of ['shared/edge/index.ts', 'shared/utils/x.ts', 'functions/sweep/helpers.ts', 'shared/lib/x.ts']) {
      expect(findViolations([{ path, text: '' }])).toHaveLength(1);
    }
  });

  it('allow what the product is made of', () => {
    const text = [
      "import { Failure } from '#shared/domain/failure.ts';",
      "import { readDelivery } from '#shared/lever/delivery.ts';",
      "import * as z from 'zod';",
      "import { ports } from './ports.ts';",
    ];
    expect(findViolations([{ path: 'functions/webhook-verify/accept-webhook.ts', text: text.join('\n') }])).toEqual([]);
  });
});
