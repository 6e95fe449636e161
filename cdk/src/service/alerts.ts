import { Duration, Stack } from 'aws-cdk-lib';
import * as cw from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as sns from 'aws-cdk-lib/aws-sns';
import { EmailSubscription } from 'aws-cdk-lib/aws-sns-subscriptions';
import { Construct } from 'constructs';
import { fullName } from '../endpoint.js';
import type { Endpoint, Environment, Project } from '../types.js';

export interface AlarmChoice {
  readonly name: string;
  readonly metric: cw.IMetric;
  readonly threshold: number;
  /** What happened, in a sentence; the address of its section in docs/runbook.md follows. */
  readonly description: string;
  /** Heading in docs/runbook.md. Default: the name. */
  readonly section?: string;
  /** Default: above, which includes the threshold. */
  readonly fires?: 'above' | 'below';
  /** Of the last three minutes, how many must be so. Default: the last one alone. */
  readonly minutesOfThree?: number;
}

export interface AnomalyChoice extends Omit<AlarmChoice, 'threshold' | 'fires' | 'minutesOfThree'> {
  readonly fires: 'above' | 'below';
}

/** Who hears of alarms, and how every alarm here is made. */
export class Alerts extends Construct {
  private readonly topic: sns.Topic;
  private readonly runbook: string;

  constructor(scope: Construct, id: string, private readonly environment: Environment, { alertEmails, repository }: Project) {
    super(scope, id);
    this.runbook = `https://github.com/${repository}/blob/main/docs/runbook.md`;
    this.topic = new sns.Topic(this, 'Topic', { topicName: `hearth-${environment.name}-alerts`, enforceSSL: true });
    // Any policy of its own, such as enforceSSL's, replaces the one by which the account's alarms may publish.
    this.topic.addToResourcePolicy(new iam.PolicyStatement({
      sid: 'Alarms',
      principals: [new iam.ServicePrincipal('cloudwatch.amazonaws.com')],
      actions: ['sns:Publish'],
      resources: [this.topic.topicArn],
      conditions: { StringEquals: { 'aws:SourceAccount': Stack.of(this).account } },
    }));
    for (const mail of alertEmails) this.topic.addSubscription(new EmailSubscription(mail));
  }

  alarm(scope: Construct, endpoint: Endpoint, { name, metric, threshold, description, section, fires, minutesOfThree }: AlarmChoice): cw.Alarm {
    const alarm = new cw.Alarm(scope, `Alarm-${name}`, {
      ...this.common(endpoint, name, `${description} ${this.runbook}#${section ?? name}`),
      metric,
      threshold,
      ...(minutesOfThree === undefined ? {} : { evaluationPeriods: 3, datapointsToAlarm: minutesOfThree }),
      comparisonOperator: fires === 'below' ? cw.ComparisonOperator.LESS_THAN_THRESHOLD : cw.ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
    });
    alarm.addAlarmAction(new SnsAction(this.topic));
    return alarm;
  }

  /** Fires where a metric leaves the band that CloudWatch has learned from its past weeks; three alarms' price. */
  anomaly(scope: Construct, endpoint: Endpoint, { name, metric, description, section, fires }: AnomalyChoice): cw.AnomalyDetectionAlarm {
    const alarm = new cw.AnomalyDetectionAlarm(scope, `Anomaly-${name}`, {
      ...this.common(endpoint, `${name}-anomaly`, `${description} Compared with its past weeks. ${this.runbook}#${section ?? name}`),
      metric,
      stdDevs: 3,
      comparisonOperator: fires === 'below' ? cw.ComparisonOperator.LESS_THAN_LOWER_THRESHOLD : cw.ComparisonOperator.GREATER_THAN_UPPER_THRESHOLD,
    });
    alarm.addAlarmAction(new SnsAction(this.topic));
    return alarm;
  }

  private common(endpoint: Endpoint, name: string, alarmDescription: string): Omit<cw.CreateAlarmOptions, 'threshold'> {
    return {
      alarmName: `${fullName(this.environment, endpoint)}-${name}`,
      alarmDescription,
      // One minute is the least that CloudWatch looks at; a canary has few of them.
      evaluationPeriods: 1,
      // No request is no fault.
      treatMissingData: cw.TreatMissingData.NOT_BREACHING,
    };
  }
}

export const MINUTE = Duration.minutes(1);
