import { Aws, CfnOutput, Stack } from 'aws-cdk-lib';
import type { IAlarmAction } from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import { PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { Key } from 'aws-cdk-lib/aws-kms';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { EmailSubscription } from 'aws-cdk-lib/aws-sns-subscriptions';
import type { Construct } from 'constructs';

/**
 * Who must know: `page` wakes somebody at once; `ticket` is for the operator's next working hours; `customer` is for those
 * who look after customers, as only the customer can mend it.
 */
export const alarmTargets = ['page', 'ticket', 'customer'] as const;
export type AlarmTarget = (typeof alarmTargets)[number];

export type AlarmActions = Readonly<Record<AlarmTarget, IAlarmAction[]>>;

/** What an alarm of each target does: mails, through an encrypted topic of ours; publishes to a topic of the operator's; or only shows in the console. `told`: an e-mail address or a topic's ARN. */
export const createAlarmActions = (
  scope: Construct,
  told: Readonly<Record<AlarmTarget, string | undefined>>,
  key: Key,
): AlarmActions => {
  const actionsOf = (target: AlarmTarget): IAlarmAction[] => {
    const to = told[target];
    if (to === undefined) return [];
    const id = `${target[0]?.toUpperCase()}${target.slice(1)}`;
    const topic = to.startsWith('arn:')
      ? Topic.fromTopicArn(scope, `${id}Alarms`, to)
      : createMailingTopic(scope, `${id}Alarms`, to, key);
    // A deployment prints who will be told.
    new CfnOutput(scope, `${id}AlarmsGoTo`, { value: to });
    return [new SnsAction(topic)];
  };
  return { page: actionsOf('page'), ticket: actionsOf('ticket'), customer: actionsOf('customer') };
};

/** A topic's own policy takes the place of SNS's default, which would have let this account publish: without this statement no alarm arrives. */
const createMailingTopic = (scope: Construct, id: string, address: string, key: Key): Topic => {
  const topic = new Topic(scope, id, { masterKey: key, enforceSSL: true });
  topic.addToResourcePolicy(
    new PolicyStatement({
      sid: 'AlarmsOfThisAccount',
      principals: [new ServicePrincipal('cloudwatch.amazonaws.com')],
      actions: ['sns:Publish'],
      resources: [topic.topicArn],
      conditions: {
        StringEquals: { 'aws:SourceAccount': Aws.ACCOUNT_ID },
        ArnLike: { 'aws:SourceArn': Stack.of(scope).formatArn({ service: 'cloudwatch', resource: 'alarm:*' }) },
      },
    }),
  );
  topic.addSubscription(new EmailSubscription(address));
  return topic;
};
