import { App } from 'aws-cdk-lib';
import { refuseFindings } from './accepted-findings.ts';
import { DataStack } from './data-stack.ts';
import { EdgeStack } from './edge-stack.ts';
import { readStageOf, whoIsTold } from './read-stage.ts';
import { ServiceStack } from './service-stack.ts';
import { edgeRegion } from './stages.ts';

// Here and not in cdk.json, which only the CDK's command line reads: every way to synthesize gives the same templates.
const FLAGS = {
  '@aws-cdk/core:validateAgainstDefaultRules': true,
  '@aws-cdk/core:checkSecretUsage': true,
  '@aws-cdk/core:defaultCrossStackReferences': 'weak',
  '@aws-cdk/aws-iam:minimizePolicies': true,
};

/** Builds the stacks of the stage that the context names (`stage`, see `readStageOf`); synthesizing them fails on any finding of the validations. */
export const buildApp = (
  context: Record<string, unknown> = {},
  tell: (line: string) => void = () => undefined,
): App => {
  const app = new App({ context: { ...FLAGS, ...context } });
  const stage = readStageOf(app.node);
  for (const line of whoIsTold(stage)) tell(line);
  const env = stage.env === undefined ? {} : { env: stage.env };
  const data = new DataStack(app, `lever-turn-${stage.name}-data`, env);
  new ServiceStack(app, `lever-turn-${stage.name}-service`, { ...env, stage, data });
  if (stage.edge !== undefined && stage.customDomain !== undefined) {
    const serviceName = `lever-turn-${stage.name}`;
    const { edge, customDomain } = stage;
    const own = { edge, originName: customDomain.name, serviceName };
    new EdgeStack(app, `${serviceName}-edge`, { ...own, env: { ...stage.env, region: edgeRegion } });
  }
  refuseFindings(app);
  return app;
};
