import { randomBytes } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type LocalStack, startLocalStack } from '#infra/local/local-stack.ts';
import { SAMPLE_ORGANIZATION_ID } from '#infra/local/sandbox/sample-organization.ts';
import { usage } from '#infra/operator/usage.ts';
import { until } from './from-outside/started-system.ts';
import { runAccounts } from './run-accounts.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const accountId = 'acct_sample';

/** In this order they go one after another: a deleted account can be shown no more. */
const commands = [
  ...['create', 'list', 'show', 'apply', 'rename', 'pause', 'resume', 'rotate', 'rotate-key', 'redrive', 'trace'],
  ...['export', 'forget', 'enable', 'disable', 'delete', 'audit', 'restore'],
];
const nameOf = (line: string): string => line.split(' ')[0] ?? '';

const documents = ['infra/RUNBOOK.md', 'infra/README.md', 'README.md'].map((file) =>
  readFileSync(path.join(root, file), 'utf8'),
);
const inDocuments = documents.flatMap((document) =>
  [...document.matchAll(/`npm run accounts -- --stage production ([^`…]+)`/gu)].map(([, line = '']) => line),
);
const inUsage = [...usage.matchAll(/^ {2}(?! )(.+?)(?: {2,}.*)?$/gmu)].flatMap(([, lines = '']) => lines.split(' | '));
/** One way to write each. */
const plain = (line: string): string =>
  line
    .replaceAll(/[[\]]/gu, '')
    .replace('accounts.json', 'FILE')
    .replace(/\d{4}-\d\d-\S+/u, 'TIME');
const documented = [...new Set([...inDocuments, ...inUsage].map(plain))].toSorted(
  (one, other) => commands.indexOf(nameOf(one)) - commands.indexOf(nameOf(other)),
);

describe('the commands of the documents and of --help', () => {
  let stack: LocalStack;
  let opportunityId: string;
  let folder: string | undefined;
  let accountsFile: string;
  beforeAll(async () => {
    stack = await startLocalStack({ log: () => undefined });
    const recruiter = stack.lever?.model.recruiter(SAMPLE_ORGANIZATION_ID);
    ({ id: opportunityId = '' } =
      recruiter?.addOpportunity({ name: 'Leopoldine Marchbanks', emails: ['leopoldine@people.example'] }) ?? {});
    recruiter?.moveToStage(opportunityId, 'Reference check');
    await until('the tag of the check', () => recruiter?.tags(opportunityId).includes('TurnStatus:emailed'));
    folder = mkdtempSync(path.join(tmpdir(), 'operator-commands-'));
    accountsFile = path.join(folder, 'accounts.json');
    const [, sample = ''] = /```json\n(\[[^`]+)```/u.exec(documents[1] ?? '') ?? [];
    writeFileSync(accountsFile, sample);
  });
  afterAll(async () => {
    await stack?.stop();
    if (folder !== undefined) rmSync(folder, { recursive: true, force: true });
  });

  const wordsOf = (line: string): string[] =>
    line
      .replace(/FIELD=VALUE …/u, 'defaultPackageId=none')
      .split(' ')
      .map((word) => {
        const given: Record<string, string> = {
          ACCOUNT: accountId,
          OPPORTUNITY: opportunityId,
          FILE: accountsFile,
          EVENT: 'candidateDeleted',
          NAME: 'Another name',
          TIME: 'latest',
          NEW_TABLE: 'restored',
        };
        return given[word] ?? word;
      });

  it('are all known here', () => {
    expect(new Set(documented.map(nameOf))).toEqual(new Set(commands));
  });

  it.each(documented)('%s works on the running stack', async (line) => {
    const { code, said } = await runAccounts(stack.ready.api, wordsOf(line), randomBytes(24).toString('hex'));
    // The emulated table keeps no backups.
    expect({ code, said }).toEqual({ code: nameOf(line) === 'restore' ? 2 : 0, said });
  });
});
