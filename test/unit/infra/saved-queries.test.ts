import { readFileSync } from 'node:fs';
import { describe, expect, it, vi } from 'vitest';
import { correlated } from '#shared/observability/correlation.ts';
import { events } from '#shared/observability/events.ts';
import { createLog, noteRequest } from '#shared/observability/log-lines.ts';
import { ofType, synthesize } from './synthesize.ts';

const { service } = synthesize();
const queries = Object.values(ofType(service, 'AWS::Logs::QueryDefinition')).map(({ Properties }) => ({
  title: String(Properties['Name']).split('/')[1] ?? '',
  text: String(Properties['QueryString']),
  logGroups: Properties['LogGroupNames'],
}));
/** What our log writes in a line, and what CloudWatch adds. */
const readFields = (): string[] => {
  vi.stubEnv('AWS_LAMBDA_FUNCTION_NAME', 'a-function');
  noteRequest('request-1');
  const stdout = vi.spyOn(process.stdout, 'write').mockReturnValue(true);
  const ids = { accountId: 'acct_a', opportunityId: 'opp-1', referenceId: 'ref-1' };
  correlated('delivery-1', () => createLog(events)('work_failed', { ...ids, reason: 'TypeError', seconds: 1 }));
  const [line] = stdout.mock.lastCall ?? [];
  stdout.mockRestore();
  vi.unstubAllEnvs();
  noteRequest(undefined);
  return ['@timestamp', ...Object.keys(JSON.parse(String(line)) as object)];
};

const fieldsOfLog = readFields();

describe('saved queries', () => {
  it('answer what is asked again and again', () => {
    expect(queries.map(({ title }) => title).sort()).toEqual([
      'errors by code',
      'everything about one delivery',
      'everything about one opportunity',
      'slowest starts',
      'why did this candidate get no check',
    ]);
  });

  it.each(queries)('$title: asks the log of every function', ({ logGroups }) => {
    expect(logGroups).toHaveLength(Object.keys(ofType(service, 'AWS::Lambda::Function')).length);
  });

  it.each(queries)('$title: names only fields and codes that lines have', ({ text }) => {
    const fields = [...text.matchAll(/(?:^fields | by )([^\n]+)/gm)].flatMap(([, list = '']) => list.split(', '));
    expect(fields.filter((field) => !fieldsOfLog.includes(field))).toEqual([]);
    const codes = [...text.matchAll(/code in \[(.+)\]/g)].flatMap(([, list = '']) => list.split(', '));
    expect(codes.filter((code) => !Object.hasOwn(events, code.replaceAll('"', '')))).toEqual([]);
  });

  it.each(queries)('$title: stands in the runbook', ({ title }) => {
    const runbook = readFileSync(new URL('../../../infra/RUNBOOK.md', import.meta.url), 'utf8');
    expect(runbook).toContain(`*${title}*`);
  });
});
