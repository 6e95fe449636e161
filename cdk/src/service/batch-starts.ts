import { Duration } from 'aws-cdk-lib';
import * as cw from 'aws-cdk-lib/aws-cloudwatch';
import * as events from 'aws-cdk-lib/aws-events';
import * as iam from 'aws-cdk-lib/aws-iam';
import type * as s3 from 'aws-cdk-lib/aws-s3';
import * as scheduler from 'aws-cdk-lib/aws-scheduler';
import type * as sfn from 'aws-cdk-lib/aws-stepfunctions';
import { Construct } from 'constructs';
import { fullName } from '../endpoint.js';
import { allow } from '../policy.js';
import type { Batch as BatchSettings } from '../types.js';
import { type EndpointProps, ownMetric } from './watched.js';

const FIVE_MINUTES = Duration.minutes(5);

export interface StartProps extends EndpointProps {
  readonly batch: BatchSettings;
  readonly machine: sfn.StateMachine;
  readonly bucket: s3.Bucket;
}

/** The starts of runs without a person: by the clock, and by tables that arrive. */
export class BatchStarts extends Construct {
  private readonly name: string;

  constructor(scope: Construct, id: string, private readonly props: StartProps) {
    super(scope, id);
    this.name = `${fullName(props.environment, props.endpoint)}-batch`;
    const { schedule, onArrival } = props.batch;
    if (schedule !== undefined) this.schedule(schedule);
    if (onArrival !== undefined) this.arrival(onArrival);
  }

  private schedule(expression: string): void {
    const { batch, machine, alerts, endpoint, environment } = this.props;
    // A group of its own: its metrics are then those of this schedule.
    const group = new scheduler.CfnScheduleGroup(this, 'Group', { name: this.name });
    const role = this.role('schedule', 'scheduler.amazonaws.com');
    const made = new scheduler.CfnSchedule(this, 'Schedule', {
      name: this.name,
      groupName: group.name,
      description: `Predicts ${batch.input} of ${fullName(environment, endpoint)}`,
      scheduleExpression: expression,
      scheduleExpressionTimezone: batch.timeZone ?? 'UTC',
      flexibleTimeWindow: { mode: 'OFF' },
      target: {
        arn: machine.stateMachineArn,
        roleArn: role.roleArn,
        // The scheduler puts the time in, by which a late or repeated start means the same input:
        // docs.aws.amazon.com/scheduler/latest/UserGuide/managing-schedule-context-attributes.html
        input: JSON.stringify({
          input: batch.input, output: batch.output, time: '<aws.scheduler.scheduled-time>', zone: batch.timeZone ?? 'UTC', wait_minutes: batch.waitMinutes ?? 0,
        }),
      },
    });
    made.node.addDependency(group, role);
    alerts.alarm(this, endpoint, {
      name: 'batch-input', metric: ownMetric('batch.no_input', { service: this.name }, 'Sum', FIVE_MINUTES), threshold: 1,
      description: 'A batch run does not find its input: it is late, or missing.',
    });
    this.notStarted('batch-schedule', 'AWS/Scheduler', 'InvocationDroppedCount', { ScheduleGroup: this.name }, 'The schedule');
  }

  private arrival(prefix: string): void {
    const { bucket, machine } = this.props;
    const settings = bucket.node.defaultChild as s3.CfnBucket;
    // CDK's own `eventBridgeEnabled` makes a function that sets this.
    settings.notificationConfiguration = { eventBridgeConfiguration: { eventBridgeEnabled: true } };
    const role = this.role('arrival', 'events.amazonaws.com');
    const rule = new events.CfnRule(this, 'Rule', {
      name: `${this.name}-arrival`,
      description: `Tables that arrive under ${prefix}`,
      eventPattern: {
        'source': ['aws.s3'],
        'detail-type': ['Object Created'],
        'detail': { bucket: { name: [bucket.bucketName] }, object: { key: [{ prefix }] } },
      },
      targets: [{ id: 'run', arn: machine.stateMachineArn, roleArn: role.roleArn }],
    });
    rule.node.addDependency(role);
    this.notStarted('batch-arrival', 'AWS/Events', 'FailedInvocations', { RuleName: rule.name! }, 'The arrival of a table');
  }

  private notStarted(name: string, namespace: string, metricName: string, dimensionsMap: Record<string, string>, what: string): void {
    const { alerts, endpoint } = this.props;
    alerts.alarm(this, endpoint, {
      name, section: 'batch-start', metric: new cw.Metric({ namespace, metricName, dimensionsMap, statistic: 'Sum', period: FIVE_MINUTES }), threshold: 1,
      description: `${what} could not start a batch run.`,
    });
  }

  private role(what: string, service: string): iam.Role {
    const { project } = this.props;
    const conditions = { StringEquals: { 'aws:SourceAccount': project.account } };
    const role = new iam.Role(this, `${what}-role`, { roleName: `${this.name}-${what}`, assumedBy: new iam.ServicePrincipal(service, { conditions }) });
    allow(role, { sid: 'Start', actions: ['states:StartExecution'], resources: [`arn:aws:states:${project.region}:${project.account}:stateMachine:${this.name}`] });
    return role;
  }
}
