import { type App, Aspects, CfnResource, Validations } from 'aws-cdk-lib';
import { AwsSolutionsChecks, HIPAASecurityChecks, NIST80053R5Checks, PCIDSS321Checks, ServerlessChecks } from 'cdk-nag';
import type { IConstruct } from 'constructs';

/** What cdk-nag finds and we leave as it is: on each resource of this type, or those of them whose path matches, and nowhere else. */
type AcceptedFinding = { findings: string[]; type: string; path?: RegExp; because: string };

const hipaaAndNist = (rule: string): string[] => [`HIPAA.Security-${rule}`, `NIST.800.53.R5-${rule}`];
const rotation = ['AwsSolutions-SMG4', ...hipaaAndNist('SecretsManagerRotationEnabled')];
const inlinePolicy = [...hipaaAndNist('IAMNoInlinePolicy'), 'PCI.DSS.321-IAMNoInlinePolicy'];
const deadLetters = [...hipaaAndNist('LambdaDLQ'), 'Serverless-LambdaDLQ'];
const secret = 'AWS::SecretsManager::Secret';
const lambda = 'AWS::Lambda::Function';

/** All of them, but for open routes, each of which says itself why (`Route.openBecause`), and for alarms that tell nobody: all of a stage that names nobody, and halves of others. */
export const acceptedFindings: readonly AcceptedFinding[] = [
  {
    findings: rotation,
    type: secret,
    path: /\/(EncryptionKey|WebhookKey)\/Resource$/,
    because:
      'Rotated by the operator, who adds a key to the ring in it: what the old ones encrypted stays readable (see RUNBOOK.md).',
  },
  {
    findings: rotation,
    type: secret,
    path: /\/CallbackKey\/Resource$/,
    because:
      'Rotating it changes every account’s callback address at Turn, which an operator has to set there by hand.',
  },
  {
    findings: rotation,
    type: secret,
    path: /\/LeverApp\/Resource$/,
    because: 'Lever issues this value; no interface of Lever’s can rotate it.',
  },
  {
    findings: hipaaAndNist('DynamoDBInBackupPlan'),
    type: 'AWS::DynamoDB::Table',
    because:
      'Point-in-time recovery keeps every second of the last 35 days, which copies made once a day would not; the command that restores works from it.',
  },
  {
    findings: inlinePolicy,
    type: 'AWS::IAM::Policy',
    path: /\/Role\/DefaultPolicy\/Resource$/,
    because:
      'It belongs to the one function’s role that it goes with; a managed policy could be attached elsewhere too.',
  },
  {
    findings: inlinePolicy,
    type: 'AWS::IAM::Role',
    path: /ReleaseRole\/Resource$/,
    because: 'It belongs to the one deployment that it goes with, and reaches less than AWS’s own policy for it.',
  },
  {
    findings: hipaaAndNist('LambdaConcurrency'),
    type: lambda,
    because:
      'What one function reserves is taken from all others, of ten in a new AWS account; routes and event sources have limits of their own.',
  },
  {
    findings: [...hipaaAndNist('LambdaInsideVPC'), 'PCI.DSS.321-LambdaInsideVPC'],
    type: lambda,
    because: 'It calls public APIs of AWS, Lever and Turn alone; there is nothing in a VPC that it could reach.',
  },
  {
    findings: ['AwsSolutions-IAM5[Resource::*]'],
    type: 'AWS::IAM::Policy',
    path: /\/Role\/DefaultPolicy\/Resource$/,
    because:
      'The two actions that write a trace to X-Ray know no resources; a test sees that nothing else has a wildcard.',
  },
  {
    findings: deadLetters,
    type: lambda,
    path: /\/(WebhookVerify|StatusCallback|SettingsApi|SettingsPage|LeverOauth|MailLinks)\/Function\/Resource$/,
    because: 'API Gateway waits for its answer; Lambda’s dead letters are for calls that nobody waits for.',
  },
  {
    findings: deadLetters,
    type: lambda,
    path: /\/(CheckWorker|LeverUpdate|AccountMaintenance)\/Function\/Resource$/,
    because: 'Its queue has dead letters; Lambda’s own are for calls that nobody waits for.',
  },
  {
    findings: deadLetters,
    type: lambda,
    path: /\/(Sweep|MailNotices)\/Function\/Resource$/,
    because: 'The next minute’s run does what a failed one left undone, and an alarm tells of those that fail.',
  },
  {
    findings: ['Serverless-LambdaAsyncFailureDestination'],
    type: 'AWS::Lambda::EventInvokeConfig',
    path: /\/(Sweep|MailNotices)\/Function\/EventInvokeConfig\/Resource$/,
    because: 'The next minute’s run does what a failed one left undone, and an alarm tells of those that fail.',
  },
  {
    findings: ['Serverless-EventBusDLQ'],
    type: 'AWS::Events::Rule',
    path: /\/EveryMinute\/Resource$/,
    because:
      'The next minute’s event takes the place of one that was not delivered, and an alarm tells of ten missing.',
  },
  {
    findings: ['Serverless-LambdaEventSourceMappingDestination'],
    type: 'AWS::Lambda::EventSourceMapping',
    path: /\/SqsEventSource:/,
    because: 'Lambda has no such destination for a queue; what fails too often goes to the queue’s dead letters.',
  },
  {
    findings: ['Serverless-SQSRedrivePolicy'],
    type: 'AWS::SQS::Queue',
    path: /Dead\/Resource$/,
    because: 'It holds the dead letters itself; an operator looks at them and puts them back.',
  },
  {
    findings: ['Serverless-SNSRedrivePolicy'],
    type: 'AWS::SNS::Subscription',
    path: /\/(Page|Ticket|Customer)Alarms\//,
    because:
      'An alarm whose mail is lost still shows in CloudWatch; a queue of lost mails would have nobody to read it.',
  },
  {
    findings: ['AwsSolutions-CFR1'],
    type: 'AWS::CloudFront::Distribution',
    because: 'Recruiters, and the vendors that call us, may be in any country.',
  },
  {
    findings: ['AwsSolutions-CFR3'],
    type: 'AWS::CloudFront::Distribution',
    because: 'The API logs each request without its path, which may hold a key; a log of CloudFront’s would hold it.',
  },
  {
    findings: [...hipaaAndNist('WAFv2LoggingEnabled'), 'PCI.DSS.321-WAFv2LoggingEnabled'],
    type: 'AWS::WAFv2::WebACL',
    because: 'Its metrics count what each rule refuses; a log would hold paths, and with them keys of callbacks.',
  },
];

/** Makes synthesis fail on every finding of five packs of cdk-nag that nobody accepted. */
export const refuseFindings = (app: App): void => {
  const packs = [AwsSolutionsChecks, ServerlessChecks, HIPAASecurityChecks, NIST80053R5Checks, PCIDSS321Checks];
  Validations.of(app).addPlugins(...packs.map((Pack) => new Pack(app)));
  Aspects.of(app).add({
    visit: (node) => {
      if (!CfnResource.isCfnResource(node)) return;
      for (const { findings, type, path = /./, because } of acceptedFindings) {
        if (node.cfnResourceType !== type || !path.test(node.node.path)) continue;
        for (const name of findings) acknowledge(node, name, because);
      }
    },
  });
};

/** Accepts one finding on one resource. `name` is the pack and the rule (`AwsSolutions-APIG4`). */
export const acknowledge = (on: IConstruct, name: string, reason: string): void =>
  Validations.of(on).acknowledge({ id: `${name.slice(0, name.indexOf('-'))}::${name}`, reason });
