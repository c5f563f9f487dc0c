import { App, Validations } from 'aws-cdk-lib';
import { AwsSolutionsChecks } from 'cdk-nag';
import { DataStack } from './data-stack.ts';
import { ServiceStack } from './service-stack.ts';
import { readStage } from './stages.ts';

const app = new App({
  // Here and not in cdk.json, which only the CDK's command line reads: every way to synthesize gives the same template.
  context: {
    '@aws-cdk/core:validateAgainstDefaultRules': true,
    '@aws-cdk/core:checkSecretUsage': true,
    '@aws-cdk/core:enablePartitionLiterals': true,
    '@aws-cdk/core:target-partitions': ['aws'],
    '@aws-cdk/aws-iam:minimizePolicies': true,
    '@aws-cdk/aws-apigateway:logGroupDestinationArnWithoutWildcard': true,
    '@aws-cdk/aws-lambda:useCdkManagedLogGroup': true,
  },
});
const stage = readStage(app.node);
const data = new DataStack(app, `lever-turn-${stage.name}-data`, {});
new ServiceStack(app, `lever-turn-${stage.name}-service`, { stage, data });
Validations.of(app).addPlugins(new AwsSolutionsChecks(app));
app.synth();
