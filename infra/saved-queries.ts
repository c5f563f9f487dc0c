import { CfnQueryDefinition } from 'aws-cdk-lib/aws-logs';
import type { Construct } from 'constructs';
import type { EventCode } from '#shared/observability/events.ts';
import type { Watched } from './alarms.ts';

/** What may keep a candidate from getting a check, or keep them waiting for it. */
const againstCheck: readonly EventCode[] = [
  'stage_change_ignored',
  'entry_ignored',
  'problem_found',
  'cap_reached',
  'order_paused',
  'order_uncertain',
  'retry_scheduled',
  'work_failed',
  'work_failed_again',
  'record_unreadable',
  'lever_access_denied',
];

const began: EventCode = 'stage_change_accepted';
const started: readonly EventCode[] = ['check_started', 'check_adopted'];

const among = (codes: readonly EventCode[]): string => codes.map((code) => `"${code}"`).join(', ');

// Who asks writes the id from the opportunity's address in Lever in place of OPPORTUNITY, and one from a log line in place of CORRELATION.
const ofOneOpportunity = 'filter opportunityId = "OPPORTUNITY"';

/** The questions that are asked of the log again and again, each in the query language of CloudWatch Logs Insights. */
const queries: Record<string, { title: string; lines: readonly string[] }> = {
  WhyNoCheck: {
    title: 'why did this candidate get no check',
    lines: [
      'fields @timestamp, code, reason, accountId, function_name',
      ofOneOpportunity,
      `filter code in [${among(againstCheck)}]`,
      'sort @timestamp desc',
      'limit 200',
    ],
  },
  OneOpportunity: {
    title: 'everything about one opportunity',
    lines: [
      'fields @timestamp, function_name, level, code, reason, referenceId, accountId, correlationId',
      ofOneOpportunity,
      'sort @timestamp asc',
      'limit 1000',
    ],
  },
  OneDelivery: {
    title: 'everything about one delivery',
    lines: [
      'fields @timestamp, function_name, level, code, reason, referenceId, accountId, opportunityId',
      'filter correlationId = "CORRELATION"',
      'sort @timestamp asc',
      'limit 1000',
    ],
  },
  // An opportunity that entered twice in the time that is asked about counts from its first entry to its last start.
  SlowestStarts: {
    title: 'slowest starts',
    lines: [
      `filter code in [${among([began, ...started])}]`,
      `stats (max(@timestamp) - min(@timestamp)) / 1000 as seconds, count_distinct(code) as codes by accountId, opportunityId`,
      'filter codes > 1',
      'sort seconds desc',
      'limit 50',
    ],
  },
  ErrorsByCode: {
    title: 'errors by code',
    lines: [
      'filter level in ["WARN", "ERROR"]',
      'stats count(*) as times, count_distinct(accountId) as accounts by code, reason',
      'sort times desc',
      'limit 100',
    ],
  },
};

/** Saves every query over the logs of all functions, in a folder of CloudWatch that is called like the service. */
export const createSavedQueries = (scope: Construct, { functions, serviceName }: Watched): void => {
  const logGroupNames = Object.values(functions).map(({ function: fn }) => fn.logGroup.logGroupName);
  for (const [id, { title, lines }] of Object.entries(queries)) {
    new CfnQueryDefinition(scope, `${id}Query`, {
      name: `${serviceName}/${title}`,
      queryString: lines.join('\n| '),
      logGroupNames,
    });
  }
};
