import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { brotliDecompressSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { buildPage } from '#infra/build-page.ts';
import { noticesOf, noticesOfFunction } from '#infra/notices.ts';

const root = fileURLToPath(new URL('../../..', import.meta.url));
const functions = readdirSync(path.join(root, 'functions'));

/** A bundle of one file of a package that says this of itself. */
const noticesWith = (description: object, file = 'node_modules/@scope/planted/dist/index.js', bytesInOutput = 1) => {
  const folder = mkdtempSync(path.join(tmpdir(), 'notices-'));
  const planted = path.join(folder, 'node_modules/@scope/planted');
  try {
    mkdirSync(planted, { recursive: true });
    writeFileSync(path.join(planted, 'package.json'), JSON.stringify(description));
    writeFileSync(path.join(planted, 'LICENSE.md'), 'Copyright Somebody');
    const inputs = { [file]: { bytesInOutput }, 'functions/sweep/handler.ts': { bytesInOutput: 1 } };
    return noticesOf({ 'x.js': { bytes: 0, inputs, imports: [], exports: [] } }, 'x.js', folder);
  } finally {
    rmSync(folder, { recursive: true });
  }
};
const planted = { name: '@scope/planted', version: '1.2.3' };

const bundleOne = `
  import { App, Duration, Stack } from 'aws-cdk-lib';
  import { Key } from 'aws-cdk-lib/aws-kms';
  import { ServiceFunction } from '#infra/constructs/service-function.ts';
  const stack = new Stack(new App(), 'bundled');
  const logs = { key: new Key(stack, 'Key'), retention: 90 };
  const folder = 'sweep';
  new ServiceFunction(stack, 'Function', { folder, logs, timeout: Duration.seconds(1), environment: {} });
`;

describe('the bill of materials', () => {
  it('lists every dependency by its exact version, and marks what only development needs', () => {
    const { stdout } = spawnSync('npm', ['run', '--silent', 'sbom'], { cwd: root, encoding: 'utf8' });
    const components: { name: string; version: string; group?: string; properties?: object[] }[] =
      JSON.parse(stdout).components;
    const listed = (isForDevelopment: boolean) =>
      Object.fromEntries(
        components
          .filter(({ properties = [] }) => JSON.stringify(properties).includes('development') === isForDevelopment)
          .map(({ group, name, version }) => [group === undefined ? name : `${group}/${name}`, version]),
      );
    const { dependencies, devDependencies } = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8'));
    expect(listed(false)).toMatchObject(dependencies);
    expect(listed(true)).toMatchObject({ 'aws-cdk-lib': devDependencies['aws-cdk-lib'] });
  });
});

describe('what is shipped', () => {
  it.each(functions)('in %s names every package in it, all of them under permissive licences', (folder) => {
    const notices = noticesOfFunction(folder);
    if (['webhook-verify', 'status-callback'].includes(folder)) expect(notices).toMatch(/^@smithy\/signature-v4 \d/mu);
    // What anybody may call loads neither.
    const isSmall = ['webhook-verify', 'status-callback', 'settings-page'].includes(folder);
    if (!isSmall) expect(notices).toMatch(/^zod \d+\.\d+\.\d+\n\nLicence: MIT\n\nMIT License/mu);
    expect(/^@aws-sdk\/client-dynamodb \d/mu.test(notices)).toBe(!isSmall);
    expect(/^zod \d/mu.test(notices)).toBe(!isSmall);
    expect(notices.includes('@aws-sdk/client-sesv2 ')).toBe(folder === 'mail-notices');
  });

  it('is told beside the code that is deployed', () => {
    const folder = mkdtempSync(path.join(tmpdir(), 'bundled-'));
    try {
      // In a process of its own: the CDK hands its standard error to esbuild, and a worker thread has none.
      const { stderr } = spawnSync(process.execPath, ['--import', 'tsx', '--input-type=module', '--eval', bundleOne], {
        cwd: root,
        env: { ...process.env, CDK_OUTDIR: folder },
        encoding: 'utf8',
      });
      const bundle = readdirSync(folder).find((name) => name.startsWith('asset.')) ?? stderr;
      const shipped = readFileSync(path.join(folder, bundle, 'THIRD-PARTY-NOTICES'), 'utf8');
      expect(shipped).toBe(noticesOfFunction('sweep'));
      const { sources }: { sources: string[] } = JSON.parse(
        readFileSync(path.join(folder, bundle, 'index.mjs.map'), 'utf8'),
      );
      const packages = sources.flatMap((source) => /.*node_modules\/((?:@[^/]+\/)?[^/]+)\//u.exec(source)?.[1] ?? []);
      for (const name of new Set(packages)) expect(shipped).toMatch(new RegExp(`^${name} \\d`, 'mu'));
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it('to browsers leads to the notices of what is in the page', async () => {
    const page: Record<string, { contentType: string; brotli: string }> = JSON.parse(await buildPage());
    const textOf = (name = '') => brotliDecompressSync(Buffer.from(page[name]?.brotli ?? '', 'base64')).toString();
    const name = Object.keys(page).find((each) => /^third-party-notices-[\w-]{8}\.txt$/u.test(each));
    expect(textOf(name)).toMatch(/^preact \d/mu);
    expect(textOf(name)).toMatch(/^oidc-client-ts \d/mu);
    expect(textOf('page.html')).toContain(`<link rel="license" href="/settings/${name}">`);
  });

  it('is refused where a package stands under another licence, or under none', () => {
    expect(() => noticesWith({ ...planted, license: 'GPL-3.0-only' })).toThrow(
      '@scope/planted would be shipped, but its licence (GPL-3.0-only) is none of those in notices.ts.',
    );
    expect(() => noticesWith(planted)).toThrow('@scope/planted would be shipped, but its licence (none)');
  });

  it('is told with version and text, and what was left out of the bundle is not told', () => {
    expect(noticesWith({ ...planted, license: 'ISC' })).toBe(
      '@scope/planted 1.2.3\n\nLicence: ISC\n\nCopyright Somebody\n',
    );
    expect(noticesWith({ ...planted, license: 'GPL-3.0-only' }, undefined, 0)).toBe('');
  });
});
