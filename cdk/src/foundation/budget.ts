import * as budgets from 'aws-cdk-lib/aws-budgets';
import { Construct } from 'constructs';
import type { Project } from '../types.js';

/** A mail before the bill: at 80 % of what was spent, and when the month is going to end above it. */
export class Budget extends Construct {
  constructor(scope: Construct, id: string, { alertEmails, budgetDollars }: Project) {
    super(scope, id);
    const subscribers = alertEmails.map((address) => ({ subscriptionType: 'EMAIL', address }));
    const notify = (notificationType: string, threshold: number): budgets.CfnBudget.NotificationWithSubscribersProperty => ({
      notification: { notificationType, threshold, comparisonOperator: 'GREATER_THAN', thresholdType: 'PERCENTAGE' },
      subscribers,
    });
    new budgets.CfnBudget(this, 'Budget', {
      budget: { budgetName: 'hearth', budgetType: 'COST', timeUnit: 'MONTHLY', budgetLimit: { amount: budgetDollars, unit: 'USD' } },
      notificationsWithSubscribers: [notify('ACTUAL', 80), notify('FORECASTED', 100)],
    });
  }
}
