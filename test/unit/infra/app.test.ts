import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { App } from 'aws-cdk-lib';
import { CfnFunction } from 'aws-cdk-lib/aws-lambda';
import { CfnQueue } from 'aws-cdk-lib/aws-sqs';
import { describe, expect, it } from 'vitest';
import { buildApp } from '#infra/build-app.ts';
import { requiredContext } from './required-context.ts';

type Violation = { ruleName: string; reason?: string };
type PluginReport = { pluginName: string; violations: Violation[]; suppressedViolations?: Violation[] };

const unbundled = { 'aws:cdk:bundling-stacks': [], ...requiredContext };
const reportOf = (app: App): PluginReport[] =>
  JSON.parse(readFileSync(join(app.outdir, 'validation-report.json'), 'utf8')).pluginReports;
const violationsOf = (app: App): string[] =>
  reportOf(app).flatMap(({ pluginName, violations }) => violations.map(({ ruleName }) => `${pluginName} ${ruleName}`));
const everyOption = {
  stage: 'sandbox',
  alarmPage: 'on-call@example.com',
  alarmTicket: 'tickets@example.com',
  alarmCustomer: 'arn:aws:sns:eu-central-1:123456789012:customers',
  mailSender: 'notices@turn.example',
  domainName: 'hooks.example.com',
  certificateArn: 'arn:aws:acm:eu-central-1:123456789012:certificate/0f0f-1a',
};

describe('the validations', () => {
  it('report nothing but what somebody gave a reason for', () => {
    const app = buildApp(unbundled);
    app.synth();
    expect(violationsOf(app)).toEqual([]);
    const accepted = reportOf(app).flatMap(({ suppressedViolations = [] }) => suppressedViolations);
    expect(accepted.map(({ ruleName }) => ruleName).sort()).toEqual([
      'AwsSolutions-APIG4',
      'AwsSolutions-APIG4',
      'AwsSolutions-APIG4',
      'AwsSolutions-APIG4',
      'AwsSolutions-APIG4',
      'AwsSolutions-APIG4',
      'AwsSolutions-APIG4',
      'AwsSolutions-APIG4',
      'AwsSolutions-APIG4',
      'AwsSolutions-SMG4',
      'AwsSolutions-SMG4',
      'AwsSolutions-SMG4',
      'AwsSolutions-SMG4',
    ]);
    for (const { reason } of accepted) expect(reason).toMatch(/.{40,}\.$/);
  });

  it('report nothing with every option in the context', () => {
    const app = buildApp({ ...unbundled, ...everyOption });
    const [, service] = app.synth().stacks;
    expect(violationsOf(app)).toEqual([]);
    expect(JSON.stringify(service?.template)).toContain('"PUBLIC_API_URL":"https://hooks.example.com"');
  });

  it('fail on a queue without dead letters (AwsSolutions)', () => {
    const app = buildApp(unbundled);
    new CfnQueue(app.node.findChild('lever-turn-production-service'), 'Planted');
    expect(() => app.synth()).toThrow('AwsSolutions-SQS3');
    expect(violationsOf(app)).toContain('AwsSolutions AwsSolutions-SQS3');
  });

  it('fail on a property that CloudFormation would refuse (the CDK’s own rules)', () => {
    const app = buildApp(unbundled);
    const planted = app.node.findAll().find((construct) => construct instanceof CfnFunction);
    planted?.addPropertyOverride('MemorySize', 50);
    expect(() => app.synth()).toThrow('50 is less than the minimum of 128 (CloudFormation Validate)');
  });
});

describe('synthesizing directly', () => {
  it('needs no credentials and no command line, and keeps standard output to itself', () => {
    const directory = mkdtempSync(join(tmpdir(), 'synthesize-'));
    try {
      const { PATH, HOME } = process.env;
      const { status, stdout } = spawnSync(process.execPath, ['--import', 'tsx', 'infra/app.ts'], {
        cwd: fileURLToPath(new URL('../../..', import.meta.url)),
        env: { PATH, HOME, CDK_OUTDIR: directory, CDK_CONTEXT_JSON: JSON.stringify(unbundled) },
        encoding: 'utf8',
      });
      expect([status, stdout]).toEqual([0, '']);
      const templates = readdirSync(directory).filter((file) => file.endsWith('.template.json'));
      expect(templates.sort()).toEqual([
        'lever-turn-production-data.template.json',
        'lever-turn-production-service.template.json',
      ]);
    } finally {
      rmSync(directory, { recursive: true });
    }
  });
});
