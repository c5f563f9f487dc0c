import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';

const documents = ['README.md', 'infra/README.md', 'infra/RUNBOOK.md', 'infra/local/README.md', 'shared/README.md'];

describe.each(documents)('%s', (path) => {
  const text = readFileSync(new URL(`../../../${path}`, import.meta.url), 'utf8');

  it('has no command that would leave a secret in the history of a shell', () => {
    const commands = [...text.matchAll(/`([^`]*)`/gu)].map(([, command = '']) => command);
    const given = commands.filter((command) => /--(?:secret-string|secret|password|token)[ =](?!file:)/u.test(command));
    expect(given).toEqual([]);
  });
});

it('the changelog begins with the version in package.json, which has been recorded for later ones', () => {
  const read = (path: string): string => readFileSync(new URL(`../../../${path}`, import.meta.url), 'utf8');
  const { version } = JSON.parse(read('package.json')) as { version: string };
  expect(/^## (.+)$/mu.exec(read('.github/CHANGELOG.md'))?.[1]).toBe(version);
  expect(existsSync(new URL(`../../fixtures/releases/${version}`, import.meta.url))).toBe(true);
});
