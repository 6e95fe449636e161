import { type CfnElement, CfnOutput, Duration, Stack } from 'aws-cdk-lib';
import type * as iam from 'aws-cdk-lib/aws-iam';
import type * as lambda from 'aws-cdk-lib/aws-lambda';
import * as s3 from 'aws-cdk-lib/aws-s3';
import * as sfn from 'aws-cdk-lib/aws-stepfunctions';
import * as tasks from 'aws-cdk-lib/aws-stepfunctions-tasks';
import { Construct, type IConstruct } from 'constructs';
import { acknowledge } from '../acknowledge.js';
import { fullName } from '../endpoint.js';
import { endpointBucket, keptIf } from '../names.js';
import { allow } from '../policy.js';
import type { Batch as BatchSettings } from '../types.js';
import { imageFunction } from './image.js';
import { logGroup } from './logs.js';
import { type EndpointProps, metricVariables } from './watched.js';

/**
 * Scores whole folders: put objects under input/ of the bucket, start the machine with
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
      environment: metricVariables(name),
    });
    const files = `arn:aws:s3:::${bucketName}`;
    allow(code.role as iam.Role, { sid: 'Input', actions: ['s3:GetObject'], resources: [`${files}/input/*`], reason: 'Objects are named by who sends them.' });
    allow(code.role as iam.Role, {
      sid: 'Output', actions: ['s3:AbortMultipartUpload', 's3:GetObject', 's3:PutObject'], resources: [`${files}/output/*`],
      reason: 'Answers have the names of their questions.',
    });
    // A rerun asks whether an answer is there: without this S3 says "forbidden" and not "not found".
    allow(code.role as iam.Role, { sid: 'List', actions: ['s3:ListBucket'], resources: [files] });

    const map = new sfn.DistributedMap(this, 'EachObject', {
      label: 'EachObject',
      mapExecutionType: sfn.StateMachineType.STANDARD,
      itemReader: new sfn.S3ObjectsItemReader({ bucket, prefix: sfn.JsonPath.stringAt('$.input') }),
      itemSelector: {
        'input': sfn.JsonPath.format(`s3://${bucket.bucketName}/{}`, sfn.JsonPath.stringAt('$$.Map.Item.Value.Key')),
        'output': sfn.JsonPath.format(`s3://${bucket.bucketName}/{}`, sfn.JsonPath.stringAt('$.output')),
      },
      resultWriterV2: new sfn.ResultWriterV2({ bucket, prefix: 'manifest' }),
      maxConcurrency: batch.concurrency,
      toleratedFailurePercentage: batch.toleratedFailurePercentage,
    });
    const score = new tasks.LambdaInvoke(this, 'Score', {
      lambdaFunction: code,
      payloadResponseOnly: true,
      // Throttling and faults of Lambda itself, six times with backoff; a rerun skips what is done.
      retryOnServiceExceptions: true,
      taskTimeout: sfn.Timeout.duration(Duration.seconds(batch.timeoutSeconds + 5)),
    });
    // "Create folder" in S3's console makes an object input/october/, and the function takes an address that
    // ends so for all that lies under it.
    map.itemProcessor(new sfn.Choice(this, 'IsFolder').when(sfn.Condition.stringMatches('$.input', '*/'), new sfn.Succeed(this, 'Folder')).otherwise(score));
    const machine = new sfn.StateMachine(this, 'Machine', {
      stateMachineName: name,
      definitionBody: sfn.DefinitionBody.fromChainable(map),
      timeout: Duration.hours(6),
      tracingEnabled: endpoint.tracing === 'sampled',
      logs: { destination: logGroup(this, environment, endpoint, 'batch-machine'), level: sfn.LogLevel.ALL },
    });
    if (endpoint.tracing === 'off') acknowledge(machine, 'config.ts asks for no traces, which are paid for.', 'SF2');
    this.accept(machine, bucket, code);
    alerts.alarm(this, endpoint, {
      name: 'batch', metric: machine.metricFailed({ period: Duration.minutes(5), statistic: 'Sum' }), threshold: 1,
      description: 'A batch run failed: its execution in Step Functions names the objects.',
    });
    new CfnOutput(Stack.of(this), `BatchBucket-${endpoint.name}`, { value: bucket.bucketName });
    new CfnOutput(Stack.of(this), `BatchMachine-${endpoint.name}`, { value: machine.stateMachineArn });
  }

  /** CDK's own grants to the machine. They name what they are for by reference, and so must this. */
  private accept(machine: sfn.StateMachine, bucket: s3.Bucket, code: lambda.Function): void {
    const id = (made: IConstruct): string => Stack.of(this).getLogicalId(made.node.defaultChild as CfnElement);
    const { region, account } = Stack.of(this);
    const execution = `arn:aws:states:${region}:${account}:execution:{"Fn::Select":[6,{"Fn::Split":[":",{"Ref":"${id(machine)}"}]}]}`;
    acknowledge(machine.node.findChild('Role'), 'X-Ray and log delivery take no resource; results are named by chance; a version of the function is a number.',
      'IAM5[Resource::*]', `IAM5[Resource::arn:<AWS::Partition>:s3:::<${id(bucket)}>/*]`, `IAM5[Resource::<${id(code)}.Arn>:*]`);
    acknowledge(machine.node.findChild('DistributedMapPolicy'), 'The machine looks at its own executions, which are named by chance.',
      `IAM5[Resource::${execution}:*]`, `IAM5[Resource::${execution}/EachObject:*]`);
  }
}
