import { afterEach, describe, expect, it, vi } from 'vitest';
import { correlated } from '#shared/observability/correlation.ts';
import { events } from '#shared/observability/events.ts';
import { createLog, noteRequest } from '#shared/observability/log-lines.ts';

const log = createLog(events);

/** What was written to CloudWatch, line by line. */
const written = () => {
  const lines: Record<string, unknown>[] = [];
  vi.spyOn(process.stdout, 'write').mockImplementation((text) => {
    for (const line of String(text).trimEnd().split('\n')) lines.push(JSON.parse(line));
    return true;
  });
  return lines;
};

afterEach(() => {
  vi.restoreAllMocks();
  vi.unstubAllEnvs();
  noteRequest(undefined);
});

describe('a line of the log', () => {
  it('is one JSON object that says what, how loud, when, and where', () => {
    vi.stubEnv('SERVICE_NAME', 'lever-turn-test');
    vi.stubEnv('AWS_LAMBDA_FUNCTION_NAME', 'lever-turn-test-WebhookVerify');
    vi.stubEnv('_X_AMZN_TRACE_ID', 'Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8;Sampled=1');
    const lines = written();
    noteRequest('request-1');
    log('webhook_refused', { accountId: 'acct_harborlight', reason: 'not_json' });
    expect(lines).toEqual([
      {
        level: 'WARN',
        message: 'webhook_refused',
        timestamp: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/u),
        service: 'lever-turn-test',
        function_name: 'lever-turn-test-WebhookVerify',
        function_request_id: 'request-1',
        xray_trace_id: '1-5759e988-bd862e3fe1be46a994272793',
        code: 'webhook_refused',
        accountId: 'acct_harborlight',
        reason: 'not_json',
      },
    ]);
  });

  it('counts and measures in itself, as CloudWatch reads it', () => {
    vi.stubEnv('SERVICE_NAME', 'lever-turn-test');
    noteRequest('request-2');
    const lines = written();
    log('work_overdue', { accountId: 'acct_harborlight', seconds: 12 });
    log('start_timed', { opportunityId: 'opp-1', seconds: 3 });
    log('check_claimed', { opportunityId: 'opp-1', seconds: 12 });
    const [overdue, timed, claimed] = lines;
    const directive = (...metrics: [string, string][]) => ({
      Timestamp: expect.any(Number),
      CloudWatchMetrics: [
        {
          Namespace: 'LeverTurn',
          Dimensions: [['service']],
          Metrics: metrics.map(([Name, Unit]) => ({ Name, Unit })),
        },
      ],
    });
    expect(overdue).toMatchObject({ WorkOverdue: 1, OverdueAge: 12, service: 'lever-turn-test' });
    expect(overdue?.['_aws']).toEqual(directive(['WorkOverdue', 'Count'], ['OverdueAge', 'Seconds']));
    expect(timed?.['_aws']).toEqual(directive(['StartLag', 'Seconds']));
    expect(claimed).not.toHaveProperty('_aws');
  });

  it('carries the id of its delivery, however many are worked on at once', async () => {
    const lines = written();
    const work = async (opportunityId: string): Promise<void> => {
      await Promise.resolve();
      log('check_claimed', { opportunityId });
    };
    await Promise.all([correlated('m-1', () => work('opp-1')), correlated('m-2', () => work('opp-2')), work('opp-3')]);
    expect(lines.map(({ opportunityId, correlationId }) => [opportunityId, correlationId])).toEqual([
      ['opp-1', 'm-1'],
      ['opp-2', 'm-2'],
      ['opp-3', undefined],
    ]);
  });

  it('holds no more of a field than a short, plain text', () => {
    const lines = written();
    log('webhook_refused', { reason: `a\n{"level":"ERROR"}${'x'.repeat(200)}` });
    expect(lines).toHaveLength(1);
    expect(lines[0]?.['reason']).toMatch(/^a\?\?\?level\?:\?ERROR\?\?x+$/u);
    expect(lines[0]?.['reason']).toHaveLength(120);
  });
});
