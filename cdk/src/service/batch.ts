import { type CfnElement, CfnOutput, Duration, Stack } from 'aws-cdk-lib';
import * as cw from 'aws-cdk-lib/aws-cloudwatch';
import type * as iam from 'aws-cdk-lib/aws-iam';
import type * as lambda from 'aws-cdk-lib/aws-lambda';
import * as s3 from 'aws-cdk-lib/aws-s3';
import * as sfn from 'aws-cdk-lib/aws-stepfunctions';
import { Construct, type IConstruct } from 'constructs';
import { acknowledge } from '../acknowledge.js';
import { fullName } from '../endpoint.js';
import { endpointBucket, keptIf } from '../names.js';
import { allow } from '../policy.js';
import type { Batch as BatchSettings } from '../types.js';
import { labels, run } from './batch-machine.js';
import { BatchStarts } from './batch-starts.js';
import { imageFunction } from './image.js';
import { logGroup } from './logs.js';
import { type EndpointProps, metricVariables } from './watched.js';

/** Step Functions counts a run that took too long apart from those that failed. */
function unsuccessful(machine: sfn.StateMachine): cw.MathExpression {
  const options = { period: Duration.minutes(5), statistic: 'Sum' };
  return new cw.MathExpression({
    expression: 'failed + late', usingMetrics: { failed: machine.metricFailed(options), late: machine.metricTimedOut(options) }, period: options.period,
  });
}

/**
 * Predicts whole folders: put tables under input/ of the bucket, start the machine with
 * `{"input": "input/october/", "output": "output/october/"}`, find the answers under output/ and the
 * manifest of what went well and what did not under manifest/. Step Functions does the distribution.
 */
export class Batch extends Construct {
  constructor(scope: Construct, id: string, props: EndpointProps & { readonly batch: BatchSettings }) {
    super(scope, id);
    const { environment, endpoint, released, batch, alerts, project } = props;
    const name = `${fullName(environment, endpoint)}-batch`;
    const bucketName = endpointBucket(project, environment.name, endpoint.name, 'batch');
    const bucket = new s3.Bucket(this, 'Files', {
      bucketName,
      encryption: s3.BucketEncryption.S3_MANAGED,
      blockPublicAccess: s3.BlockPublicAccess.BLOCK_ALL,
      enforceSSL: true,
      minimumTLSVersion: 1.2,
      lifecycleRules: [{ expiration: Duration.days(30), abortIncompleteMultipartUploadAfter: Duration.days(2) }],
      // A bucket that holds files is not deleted with its stack; CloudFormation says so.
      removalPolicy: keptIf(environment.protect),
    });
    acknowledge(bucket, 'The machine logs each object that it reads; a second log would say the same.', 'S1');
    const code = imageFunction(this, 'Function', {
      functionName: name,
      endpoint,
      released,
      logGroup: logGroup(this, environment, endpoint, 'batch'),
      memoryMiB: batch.memoryMiB,
      timeoutSeconds: batch.timeoutSeconds,
      entrypoint: ['/batch'],
      environment: { ...metricVariables(name), ...(batch.id === undefined ? {} : { BATCH_ID: batch.id }) },
    });
    const files = `arn:aws:s3:::${bucketName}`;
    allow(code.role as iam.Role, { sid: 'Input', actions: ['s3:GetObject'], resources: [`${files}/input/*`], reason: 'Objects are named by who sends them.' });
    allow(code.role as iam.Role, {
      sid: 'Output', actions: ['s3:AbortMultipartUpload', 's3:GetObject', 's3:PutObject'], resources: [`${files}/output/*`],
      reason: 'Answers have the names of their questions.',
    });
    // A rerun asks whether an answer is there: without this S3 says "forbidden" and not "not found".
    allow(code.role as iam.Role, { sid: 'List', actions: ['s3:ListBucket'], resources: [files] });

    const machine = new sfn.StateMachine(this, 'Machine', {
      stateMachineName: name,
      definitionBody: sfn.DefinitionBody.fromChainable(run(this, { bucket, code, batch })),
      timeout: Duration.hours(6),
      tracingEnabled: endpoint.tracing === 'sampled',
      logs: { destination: logGroup(this, environment, endpoint, 'batch-machine'), level: sfn.LogLevel.ALL },
    });
    if (endpoint.tracing === 'off') acknowledge(machine, 'config.ts asks for no traces, which are paid for.', 'SF2');
    this.accept(machine, bucket, code, labels(batch));
    alerts.alarm(this, endpoint, {
      name: 'batch', metric: unsuccessful(machine), threshold: 1,
      description: 'A batch run failed: its execution in Step Functions names the objects.',
    });
    if (batch.schedule !== undefined || batch.onArrival !== undefined) new BatchStarts(this, 'Starts', { ...props, machine, bucket });
    new CfnOutput(Stack.of(this), `BatchBucket-${endpoint.name}`, { value: bucket.bucketName });
    new CfnOutput(Stack.of(this), `BatchMachine-${endpoint.name}`, { value: machine.stateMachineArn });
  }

  /** CDK's own grants to the machine. They name what they are for by reference, and so must this. */
  private accept(machine: sfn.StateMachine, bucket: s3.Bucket, code: lambda.Function, maps: readonly string[]): void {
    const id = (made: IConstruct): string => Stack.of(this).getLogicalId(made.node.defaultChild as CfnElement);
    const { region, account } = Stack.of(this);
    const execution = `arn:aws:states:${region}:${account}:execution:{"Fn::Select":[6,{"Fn::Split":[":",{"Ref":"${id(machine)}"}]}]}`;
    acknowledge(machine.node.findChild('Role'), 'X-Ray and log delivery take no resource; results are named by chance; a version of the function is a number.',
      'IAM5[Resource::*]', `IAM5[Resource::arn:<AWS::Partition>:s3:::<${id(bucket)}>/*]`, `IAM5[Resource::<${id(code)}.Arn>:*]`);
    acknowledge(machine.node.findChild('DistributedMapPolicy'), 'The machine looks at its own executions, which are named by chance.',
      `IAM5[Resource::${execution}:*]`, ...maps.map((map) => `IAM5[Resource::${execution}/${map}:*]`));
  }
}
