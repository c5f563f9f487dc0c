import { App, Validations } from 'aws-cdk-lib';
import { AwsSolutionsChecks } from 'cdk-nag';
import { DataStack } from './data-stack.ts';
import { ServiceStack } from './service-stack.ts';
import { readStage } from './stages.ts';

// Here and not in cdk.json, which only the CDK's command line reads: every way to synthesize gives the same templates.
const FLAGS = {
  '@aws-cdk/core:validateAgainstDefaultRules': true,
  '@aws-cdk/core:checkSecretUsage': true,
  '@aws-cdk/core:defaultCrossStackReferences': 'strong',
  '@aws-cdk/aws-iam:minimizePolicies': true,
};

/** Builds the two stacks of the stage that the context names; synthesizing them fails on any finding of the validations. */
export const buildApp = (context: Record<string, unknown> = {}): App => {
  const app = new App({ context: { ...FLAGS, ...context } });
  const stage = readStage(app.node);
  const data = new DataStack(app, `lever-turn-${stage.name}-data`, {});
  new ServiceStack(app, `lever-turn-${stage.name}-service`, { stage, data });
  Validations.of(app).addPlugins(new AwsSolutionsChecks(app));
  return app;
};
