import { Duration } from 'aws-cdk-lib';
import * as cw from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import * as sns from 'aws-cdk-lib/aws-sns';
import { EmailSubscription } from 'aws-cdk-lib/aws-sns-subscriptions';
import { Construct } from 'constructs';
import { fullName } from '../endpoint.js';
import type { Endpoint, Environment } from '../types.js';

export interface AlarmChoice {
  readonly name: string;
  readonly metric: cw.IMetric;
  readonly threshold: number;
  /** What a person should make of it, and do. */
  readonly description: string;
}

/** Who hears of alarms, and how every alarm here is made. */
export class Alerts extends Construct {
  private readonly topic: sns.Topic;

  constructor(scope: Construct, id: string, private readonly environment: Environment, mails: readonly string[]) {
    super(scope, id);
    this.topic = new sns.Topic(this, 'Topic', { topicName: `hearth-${environment.name}-alerts`, enforceSSL: true });
    for (const mail of mails) this.topic.addSubscription(new EmailSubscription(mail));
  }

  alarm(scope: Construct, endpoint: Endpoint, { name, metric, threshold, description }: AlarmChoice): cw.Alarm {
    const alarm = new cw.Alarm(scope, `Alarm-${name}`, {
      alarmName: `${fullName(this.environment, endpoint)}-${name}`,
      alarmDescription: description,
      metric,
      threshold,
      // One minute is the least that CloudWatch looks at; a canary has few of them.
      evaluationPeriods: 1,
      comparisonOperator: cw.ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
      // No request is no fault.
      treatMissingData: cw.TreatMissingData.NOT_BREACHING,
    });
    alarm.addAlarmAction(new SnsAction(this.topic));
    return alarm;
  }
}

export const MINUTE = Duration.minutes(1);
