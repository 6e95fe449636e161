import { CfnOutput, Duration, Stack } from 'aws-cdk-lib';
import * as cw from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as sns from 'aws-cdk-lib/aws-sns';
import { EmailSubscription, UrlSubscription } from 'aws-cdk-lib/aws-sns-subscriptions';
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
  private readonly applications?: sns.Topic;
  private readonly runbook: string;

  constructor(scope: Construct, id: string, private readonly environment: Environment, { alertEmails, repository }: Project) {
    super(scope, id);
    this.runbook = `https://github.com/${repository}/blob/main/docs/runbook.md`;
    this.topic = this.topicOf('Topic', 'alerts');
    for (const mail of alertEmails) this.topic.addSubscription(new EmailSubscription(mail));
    if (environment.applications === undefined) return;
    this.applications = this.topicOf('Applications', 'applications');
    for (const subscriber of environment.applications.subscribers) {
      if (subscriber.startsWith('https:')) this.applications.addSubscription(new UrlSubscription(subscriber));
      // The queue belongs to the program that reads it, and so does its policy.
      else new sns.Subscription(this, subscriber.replaceAll(':', '-'), { topic: this.applications, protocol: sns.SubscriptionProtocol.SQS, endpoint: subscriber });
    }
    new CfnOutput(Stack.of(this), 'ApplicationsTopic', { value: this.applications.topicArn });
  }

  /** A topic to which the account's alarms may publish. */
  private topicOf(id: string, name: string): sns.Topic {
    const topic = new sns.Topic(this, id, { topicName: `hearth-${this.environment.name}-${name}`, enforceSSL: true });
    // Any policy of its own, such as enforceSSL's, replaces the one by which the account's alarms may publish.
    topic.addToResourcePolicy(new iam.PolicyStatement({
      sid: 'Alarms',
      principals: [new iam.ServicePrincipal('cloudwatch.amazonaws.com')],
      actions: ['sns:Publish'],
      resources: [topic.topicArn],
      conditions: { StringEquals: { 'aws:SourceAccount': Stack.of(this).account } },
    }));
    return topic;
  }

  alarm(scope: Construct, endpoint: Endpoint, { name, metric, threshold, description, section, fires, minutesOfThree }: AlarmChoice): cw.Alarm {
    const alarm = new cw.Alarm(scope, `Alarm-${name}`, {
      ...this.common(endpoint, name, `${description} ${this.runbook}#${section ?? name}`),
      metric,
      threshold,
      ...(minutesOfThree === undefined ? {} : { evaluationPeriods: 3, datapointsToAlarm: minutesOfThree }),
      comparisonOperator: fires === 'below' ? cw.ComparisonOperator.LESS_THAN_THRESHOLD : cw.ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
    });
    return this.told(alarm);
  }

  /** Fires where a metric leaves the band that CloudWatch has learned from its past weeks; three alarms' price. */
  anomaly(scope: Construct, endpoint: Endpoint, { name, metric, description, section, fires }: AnomalyChoice): cw.AnomalyDetectionAlarm {
    const alarm = new cw.AnomalyDetectionAlarm(scope, `Anomaly-${name}`, {
      ...this.common(endpoint, `${name}-anomaly`, `${description} Compared with its past weeks. ${this.runbook}#${section ?? name}`),
      metric,
      stdDevs: 3,
      comparisonOperator: fires === 'below' ? cw.ComparisonOperator.LESS_THAN_LOWER_THRESHOLD : cw.ComparisonOperator.GREATER_THAN_UPPER_THRESHOLD,
    });
    return this.told(alarm);
  }

  /** Mails are for what a person has to do; a program also hears that it is over. */
  private told<A extends cw.AlarmBase>(alarm: A): A {
    alarm.addAlarmAction(new SnsAction(this.topic));
    if (this.applications !== undefined) {
      const action = new SnsAction(this.applications);
      alarm.addAlarmAction(action);
      alarm.addOkAction(action);
    }
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
