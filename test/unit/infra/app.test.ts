import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type App, Validations } from 'aws-cdk-lib';
import { CfnFunction } from 'aws-cdk-lib/aws-lambda';
import { CfnLogGroup } from 'aws-cdk-lib/aws-logs';
import { CfnQueue } from 'aws-cdk-lib/aws-sqs';
import { describe, expect, it } from 'vitest';
import { acceptedFindings } from '#infra/accepted-findings.ts';
import { buildApp } from '#infra/build-app.ts';
import { contextWith } from './stage-values.ts';

type Violation = { ruleName: string; violatingConstructs: { constructPath: string }[]; reason?: string };
type PluginReport = { pluginName: string; violations: Violation[]; suppressedViolations?: Violation[] };

const unbundled = contextWith();
const reportOf = (app: App): PluginReport[] =>
  JSON.parse(readFileSync(join(app.outdir, 'validation-report.json'), 'utf8')).pluginReports;
const violationsOf = (app: App): string[] =>
  reportOf(app).flatMap(({ pluginName, violations }) => violations.map(({ ruleName }) => `${pluginName} ${ruleName}`));
const suppressedIn = (app: App): Violation[] =>
  reportOf(app).flatMap(({ suppressedViolations = [] }) => suppressedViolations);

const withoutResource = (path: string): string => path.replace(/\/Resource$/u, '');
/** `rule on construct` for every finding that was made and accepted. */
const acceptedIn = (app: App): string[] =>
  suppressedIn(app)
    .flatMap(({ ruleName, violatingConstructs }) =>
      violatingConstructs.map(({ constructPath }) => `${ruleName} on ${withoutResource(constructPath)}`),
    )
    .sort();
/** `rule on construct` for everything that somebody said is accepted. */
const saidIn = (app: App): string[] =>
  app.node
    .findAll()
    .flatMap(({ node }) =>
      node.metadata
        .filter(({ type }) => type === Validations.ACKNOWLEDGED_RULES_METADATA_KEY)
        .flatMap(({ data }) => Object.keys(data))
        .map((id) => `${id.slice(id.indexOf('::') + 2)} on ${withoutResource(node.path)}`),
    )
    .sort();

const everyOption = {
  stage: 'sandbox',
  account: '123456789012',
  region: 'eu-central-1',
  alarmPage: 'on-call@example.com',
  alarmTicket: 'tickets@example.com',
  alarmCustomer: 'arn:aws:sns:eu-central-1:123456789012:customers',
  mailSender: 'notices@turn.example',
  defaultHourlyCap: 200,
  monthlyBudgetUsd: 500,
  domainName: 'hooks.example.com',
  certificateArn: 'arn:aws:acm:eu-central-1:123456789012:certificate/0f0f-1a',
  edgeDomainName: 'checks.example.com',
  edgeCertificateArn: 'arn:aws:acm:us-east-1:123456789012:certificate/1b1b-2c',
};

describe('the validations', () => {
  it('report nothing but what is accepted for a reason, and nothing is accepted that they do not report', () => {
    const app = buildApp(unbundled);
    app.synth();
    expect(violationsOf(app)).toEqual([]);
    expect(acceptedIn(app)).toEqual(saidIn(app));
    for (const { reason } of suppressedIn(app)) expect(reason).toMatch(/.{40,}\.$/);
  });

  it('report nothing else with every option, and each acceptance is needed', () => {
    const app = buildApp(contextWith(everyOption));
    const service = app.synth().stacks.find(({ stackName }) => stackName.endsWith('-service'));
    expect(violationsOf(app)).toEqual([]);
    expect(acceptedIn(app)).toEqual(saidIn(app));
    expect(reportOf(app).map(({ pluginName }) => pluginName)).toEqual(
      expect.arrayContaining(['AwsSolutions', 'HIPAA.Security', 'NIST.800.53.R5', 'PCI.DSS.321', 'Serverless']),
    );
    const reasons = new Set(suppressedIn(app).map(({ reason }) => reason));
    for (const { because } of acceptedFindings) expect(reasons).toContain(because);
    expect(JSON.stringify(service?.template)).toContain('"PUBLIC_API_URL":"https://checks.example.com"');
  });

  it('fail on what is planted: of each pack a finding that nobody accepted, also where the rule is accepted elsewhere', () => {
    const app = buildApp(unbundled);
    const service = app.node.findChild('lever-turn-production-service');
    new CfnQueue(service, 'Planted');
    new CfnLogGroup(service, 'PlantedLog');
    const code = { zipFile: 'x' };
    new CfnFunction(service, 'PlantedFunction', { code, role: 'arn:aws:iam::123456789012:role/x', handler: 'x' });
    expect(() => app.synth()).toThrow('AwsSolutions-SQS3');
    expect(violationsOf(app)).toEqual(
      expect.arrayContaining([
        'AwsSolutions AwsSolutions-SQS3',
        'Serverless Serverless-SQSRedrivePolicy',
        'Serverless Serverless-LambdaDLQ',
        'HIPAA.Security HIPAA.Security-CloudWatchLogGroupEncrypted',
        'NIST.800.53.R5 NIST.800.53.R5-CloudWatchLogGroupEncrypted',
        'PCI.DSS.321 PCI.DSS.321-CloudWatchLogGroupEncrypted',
      ]),
    );
  });

  it('tell an acceptance that covers nothing any more, and fail on a property that CloudFormation would refuse', () => {
    const app = buildApp(unbundled);
    const first = app.node.findAll().find((construct) => construct instanceof CfnFunction);
    if (first instanceof CfnFunction) first.reservedConcurrentExecutions = 1;
    first?.addPropertyOverride('MemorySize', 50);
    expect(() => app.synth()).toThrow('50 is less than the minimum of 128 (CloudFormation Validate)');
    const accepted = acceptedIn(app);
    expect(saidIn(app).filter((said) => !accepted.includes(said))).toEqual([
      'HIPAA.Security-LambdaConcurrency on lever-turn-production-service/WebhookVerify/Function',
      'NIST.800.53.R5-LambdaConcurrency on lever-turn-production-service/WebhookVerify/Function',
    ]);
  });
});

describe('synthesizing directly', () => {
  it('needs no credentials and no command line, and keeps standard output to itself', () => {
    const directory = mkdtempSync(join(tmpdir(), 'synthesize-'));
    try {
      const { PATH, HOME } = process.env;
      const { status, stdout, stderr } = spawnSync(process.execPath, ['--import', 'tsx', 'infra/app.ts'], {
        cwd: fileURLToPath(new URL('../../..', import.meta.url)),
        env: { PATH, HOME, CDK_OUTDIR: directory, CDK_CONTEXT_JSON: JSON.stringify(unbundled) },
        encoding: 'utf8',
      });
      expect([status, stdout]).toEqual([0, '']);
      expect(stderr).toContain('Stage production. Alarms tell:\n  page:     NOBODY');
      const templates = readdirSync(directory).filter((file) => file.endsWith('.template.json'));
      expect(templates.sort()).toEqual([
        'lever-turn-production-data.template.json',
        'lever-turn-production-service.template.json',
      ]);
    } finally {
      rmSync(directory, { recursive: true });
    }
  });

  it('says without a stack trace what is wrong with a stage', () => {
    const { PATH, HOME } = process.env;
    const { status, stderr } = spawnSync(process.execPath, ['--import', 'tsx', 'infra/app.ts'], {
      cwd: fileURLToPath(new URL('../../..', import.meta.url)),
      env: { PATH, HOME, CDK_CONTEXT_JSON: JSON.stringify({ stage: 'staging' }) },
      encoding: 'utf8',
    });
    expect(status).toBe(2);
    expect(stderr).toBe('There is no stage staging. Say which stage: production or sandbox (cdk: -c stage=NAME).\n');
  });
});
