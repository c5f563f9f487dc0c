import { describe, expect, it } from 'vitest';
import { ofType, type Resource, synthesize } from './synthesize.ts';

const budgetsOf = (service: Record<string, Resource>) =>
  Object.values(ofType(service, 'AWS::Budgets::Budget')).map(({ Properties }) => Properties);
const alarmCustomer = 'arn:aws:sns:eu-central-1:123456789012:customers';

describe('a stage with brakes', () => {
  const page = 'arn:aws:sns:eu-central-1:123456789012:on-call';
  const { service } = synthesize({
    defaultHourlyCap: 200,
    monthlyBudgetUsd: 500,
    alarmPage: page,
    alarmTicket: 'tickets@turn.example',
    alarmCustomer,
  });

  it('tells who handles tickets of four fifths of its budget, and wakes somebody when it is used up', () => {
    const [budget, ...more] = budgetsOf(service);
    expect(more).toEqual([]);
    expect(budget?.['Budget']).toEqual({
      BudgetType: 'COST',
      TimeUnit: 'MONTHLY',
      BudgetLimit: { Amount: 500, Unit: 'USD' },
    });
    const told = budget?.['NotificationsWithSubscribers'].map(
      (each: { Notification: { Threshold: number }; Subscribers: { Address: string; SubscriptionType: string }[] }) => [
        each.Notification.Threshold,
        ...each.Subscribers.map(({ Address, SubscriptionType }) => `${SubscriptionType} ${Address}`),
      ],
    );
    expect(told).toEqual([
      [80, 'EMAIL tickets@turn.example'],
      [100, `SNS ${page}`],
    ]);
  });

  it('says the default hourly limit to the function that orders, and to the one that shows it', () => {
    const having = Object.entries(ofType(service, 'AWS::Lambda::Function')).filter(
      ([, { Properties }]) => Properties['Environment'].Variables.DEFAULT_HOURLY_CAP !== undefined,
    );
    expect(having.map(([id]) => id).toSorted()).toEqual(['CheckWorker', 'SettingsApi']);
    for (const [, { Properties }] of having) {
      expect(Properties['Environment'].Variables.DEFAULT_HOURLY_CAP).toBe('200');
    }
  });
});

describe('a stage without', () => {
  it('has no budget and no default limit', () => {
    const { service } = synthesize({ alarmCustomer });
    expect(budgetsOf(service)).toEqual([]);
    expect(JSON.stringify(service)).not.toContain('DEFAULT_HOURLY_CAP');
  });
});
