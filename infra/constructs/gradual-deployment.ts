import type { AlarmBase } from 'aws-cdk-lib/aws-cloudwatch';
import { LambdaApplication, LambdaDeploymentConfig, LambdaDeploymentGroup } from 'aws-cdk-lib/aws-codedeploy';
import { PolicyDocument, PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { Construct } from 'constructs';
import type { ServiceFunction } from './service-function.ts';

/**
 * Gives each new version of these functions a tenth of the calls first, and all of them after a quarter of an hour. Where one of the
 * alarms rings meanwhile, the former version takes all calls again, and the deployment has failed.
 */
export const deployGradually = (scope: Construct, functions: readonly ServiceFunction[], alarms: AlarmBase[]): void => {
  const application = new LambdaApplication(scope, 'Releases');
  for (const { node, function: fn, live } of functions) {
    if (live === null) continue;
    const role = new Role(scope, `${node.id}ReleaseRole`, {
      assumedBy: new ServicePrincipal('codedeploy.amazonaws.com'),
      inlinePolicies: {
        ShiftCalls: new PolicyDocument({
          statements: [
            new PolicyStatement({
              actions: ['lambda:GetAlias', 'lambda:GetProvisionedConcurrencyConfig', 'lambda:UpdateAlias'],
              resources: [fn.functionArn, live.functionArn],
            }),
            new PolicyStatement({
              actions: ['cloudwatch:DescribeAlarms'],
              resources: alarms.map(({ alarmArn }) => alarmArn),
            }),
          ],
        }),
      },
    });
    new LambdaDeploymentGroup(scope, `${node.id}Release`, {
      application,
      alias: live,
      // As it is: CDK would give it a ready-made policy, which reaches more.
      role: role.withoutPolicyUpdates(),
      deploymentConfig: LambdaDeploymentConfig.CANARY_10PERCENT_15MINUTES,
      alarms,
    });
  }
};
