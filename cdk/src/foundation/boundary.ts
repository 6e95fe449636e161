import { Stack } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import { names } from '../names.js';
import { allow } from '../policy.js';
import type { Environment } from '../types.js';

/**
 * The most that a role of one environment can be allowed, whatever its own policy says. CloudFormation
 * may make roles only with this boundary: a template that went wrong gets no further than here.
 */
export class Boundary extends Construct {
  readonly policy: iam.ManagedPolicy;

  constructor(scope: Construct, id: string, environment: Environment) {
    super(scope, id);
    const { account, region } = Stack.of(this);
    const own = `hearth-${environment.name}-*`;
    this.policy = new iam.ManagedPolicy(this, 'Policy', {
      managedPolicyName: names.boundary(environment.name),
      description: `The most that a role of ${names.stack(environment.name)} can do`,
    });
    const reason = 'A boundary allows nothing by itself: it names all that the environment may make, by how its names begin.';
    const most = (sid: string, actions: string[], resources: string[]): void => allow(this.policy, { sid, actions, resources, reason });
    const arn = (service: string, name: string): string => `arn:aws:${service}:${region}:${account}:${name}`;
    most('Logs', ['logs:CreateLogStream', 'logs:DescribeLogStreams', 'logs:PutLogEvents'], [arn('logs', `log-group:/hearth/${environment.name}/*`)]);
    most('Invoke', ['lambda:Get*', 'lambda:InvokeFunction', 'lambda:UpdateAlias'], [arn('lambda', `function:${own}`)]);
    most('Files', [
      's3:AbortMultipartUpload', 's3:GetBucketLocation', 's3:GetObject', 's3:ListBucket', 's3:ListBucketMultipartUploads', 's3:ListMultipartUploadParts', 's3:PutObject',
    ], [`arn:aws:s3:::${own}`]);
    most('Records', ['firehose:PutRecord', 'firehose:PutRecordBatch'], [arn('firehose', `deliverystream/${own}`)]);
    most('Machines', ['states:DescribeExecution', 'states:RedriveExecution', 'states:StartExecution', 'states:StopExecution'],
      [arn('states', `stateMachine:${own}`), arn('states', `execution:${own}`)]);
    most('Destinations', ['events:InvokeApiDestination'], [arn('events', `api-destination/${own}`)]);
    most('Images', ['ecr:BatchCheckLayerAvailability', 'ecr:BatchGetImage', 'ecr:GetDownloadUrlForLayer'], [arn('ecr', `repository/${names.repository}`)]);
    most('Alarms', ['sns:Publish'], [arn('sns', own)]);
    // These take no resource.
    most('Anywhere', [
      'cloudwatch:DescribeAlarms', 'ecr:GetAuthorizationToken', 'logs:CreateLogDelivery', 'logs:DeleteLogDelivery',
      'logs:DescribeLogGroups', 'logs:DescribeResourcePolicies', 'logs:GetLogDelivery', 'logs:ListLogDeliveries',
      'logs:PutResourcePolicy', 'logs:UpdateLogDelivery', 'xray:Get*', 'xray:PutTelemetryRecords', 'xray:PutTraceSegments',
    ], ['*']);
  }
}
