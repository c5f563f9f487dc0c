import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Bundle, bundle, functionNames } from '../../bench/bundles/bundle.ts';
import { judgeBundle, record, recorded } from '../../bench/gates.ts';
import { measureBundles } from '../../bench/parts/bundles.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'bundles-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('what is shipped', () => {
  let bundles: Bundle[];
  beforeAll(async () => {
    bundles = await measureBundles(folder);
    if (process.env['REWRITE_BUNDLES'] !== '1') return;
    record({ bundles: Object.fromEntries(bundles.map(({ name, bytes, builtins }) => [name, { bytes, builtins }])) });
  });

  it('is recorded of each function, and of nothing else', () => {
    expect(Object.keys(recorded().bundles)).toEqual(functionNames());
  });

  it('is as large as recorded, and loads of node what is recorded (REWRITE_BUNDLES=1 records it anew)', () => {
    expect(bundles.flatMap((each) => judgeBundle(each, recorded()))).toEqual([]);
  });

  it.each(functionNames())(
    'in %s starts without node’s second HTTP client, which takes longer to load than the SDK',
    (name) => {
      const { file, builtins } = bundles.find((each) => each.name === name) ?? {};
      if (builtins?.includes('https') !== true) return;
      const load = `await import('file://${file}'); console.log(process.moduleLoadList.join('\\n')); process.exit(0);`;
      const env = { AWS_REGION: 'us-east-1', TABLE_NAME: 'table-1' };
      const loaded = execFileSync(process.execPath, ['--input-type=module', '--eval', load], { env, encoding: 'utf8' });
      const modules = loaded.split('\n');
      expect(modules).toContain('NativeModule https');
      expect(modules.filter((each) => each.includes('undici'))).toEqual([]);
    },
  );
});

describe('the gate of bundles', () => {
  const name = 'settings-page';
  const planted = (imports: string) =>
    bundle(
      name,
      { text: `${imports}\nexport { handler } from '#functions/${name}/handler.ts';` },
      path.join(folder, 'planted'),
    );

  it('lets the function by itself through', async () => {
    expect(judgeBundle(await planted(''), recorded())).toEqual([]);
  });

  it('stops a heavy import', async () => {
    const heavy = await planted("export { SQSClient } from '@aws-sdk/client-sqs';");
    expect(judgeBundle(heavy, recorded())).toContainEqual(expect.stringContaining('settings-page has '));
  });

  it.each(["export { connect } from 'node:http2';", "export const dns = process.getBuiltinModule('node:http2');"])(
    'stops a module of node that was not loaded before: %s',
    async (imports) => {
      expect(judgeBundle(await planted(imports), recorded())).toEqual(['settings-page loads http2 too.']);
    },
  );

  it('tells of what became lighter, so that the record stays true', () => {
    const bundles = { one: { bytes: 1000, builtins: ['fs'] } };
    expect(judgeBundle({ name: 'one', bytes: 951, builtins: ['fs'] }, { bundles })).toEqual([]);
    expect(judgeBundle({ name: 'one', bytes: 949, builtins: [] }, { bundles })).toEqual([
      'one has 949 bytes, and 1000 are recorded.',
      'one no longer loads fs.',
    ]);
    expect(judgeBundle({ name: 'two', bytes: 1, builtins: [] }, { bundles })).toEqual(['two is not recorded.']);
  });
});
