import { CfnBudget } from 'aws-cdk-lib/aws-budgets';
import type { Construct } from 'constructs';
import type { Stage } from './stages.ts';

/** Tells somebody what the AWS account costs in this month: `alarmTicket` at four fifths of the budget, `alarmPage` when it is used up. */
export const createMonthlyBudget = (scope: Construct, amount: number, { alarms }: Pick<Stage, 'alarms'>): void => {
  const at = (percent: number, told: string | undefined): CfnBudget.NotificationWithSubscribersProperty[] =>
    told === undefined
      ? []
      : [
          {
            notification: {
              notificationType: 'ACTUAL',
              comparisonOperator: 'GREATER_THAN',
              threshold: percent,
              thresholdType: 'PERCENTAGE',
            },
            subscribers: [{ subscriptionType: told.startsWith('arn:') ? 'SNS' : 'EMAIL', address: told }],
          },
        ];
  new CfnBudget(scope, 'MonthlyBudget', {
    budget: { budgetType: 'COST', timeUnit: 'MONTHLY', budgetLimit: { amount, unit: 'USD' } },
    notificationsWithSubscribers: [...at(80, alarms.ticket), ...at(100, alarms.page)],
  });
};
