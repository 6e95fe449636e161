import { Duration } from 'aws-cdk-lib';
import type * as lambda from 'aws-cdk-lib/aws-lambda';
import type * as s3 from 'aws-cdk-lib/aws-s3';
import * as sfn from 'aws-cdk-lib/aws-stepfunctions';
import * as tasks from 'aws-cdk-lib/aws-stepfunctions-tasks';
import type { Construct } from 'constructs';
import type { Batch as BatchSettings } from '../types.js';

/** Where tables are read, and where answers are written, in the bucket. */
export const INPUT = 'input/';
export const OUTPUT = 'output/';

export interface RunProps {
  readonly bucket: s3.Bucket;
  readonly code: lambda.Function;
  readonly batch: BatchSettings;
}

const path = sfn.JsonPath;

/**
 * A run: looks for its input, waits while it is late, and predicts every table. A table that arrived is
 * predicted at once: its event names it. The function resolves placeholders, and raises MissingInput.
 */
export function run(scope: Construct, { bucket, code, batch }: RunProps): sfn.IChainable {
  const invoke = (id: string, payload: Record<string, unknown>): tasks.LambdaInvoke => {
    const task = new tasks.LambdaInvoke(scope, id, {
      lambdaFunction: code,
      payload: sfn.TaskInput.fromObject(payload),
      payloadResponseOnly: true,
      // Faults of Lambda itself, six times with backoff; what is done is skipped.
      retryOnServiceExceptions: true,
      taskTimeout: sfn.Timeout.duration(Duration.seconds(batch.timeoutSeconds + 5)),
    });
    // CDK's list lacks throttling, which is certain where an account's quota is below `concurrency`.
    task.addRetry({ errors: ['Lambda.TooManyRequestsException'], interval: Duration.seconds(5), maxAttempts: 20, maxDelay: Duration.minutes(1), jitterStrategy: sfn.JitterType.FULL });
    return task;
  };
  const look = invoke('Look', {
    look: path.objectAt('$'), bucket: bucket.bucketName, started: path.stringAt('$$.Execution.StartTime'), now: path.stringAt('$$.State.EnteredTime'),
  });
  const late = new sfn.Wait(scope, 'Late', { time: sfn.WaitTime.secondsPath('$.wait_seconds') }).next(look);
  const each = new sfn.DistributedMap(scope, 'EachObject', {
    label: 'EachObject',
    mapExecutionType: sfn.StateMachineType.STANDARD,
    itemReader: new sfn.S3ObjectsItemReader({ bucket, prefix: path.stringAt('$.prefix') }),
    itemSelector: { key: path.stringAt('$$.Map.Item.Value.Key'), batch: path.objectAt('$.batch') },
    resultWriterV2: new sfn.ResultWriterV2({ bucket, prefix: 'manifest' }),
    maxConcurrency: batch.concurrency,
    toleratedFailurePercentage: batch.toleratedFailurePercentage,
  });
  // With the folder that is predicted, so that answers keep the names that tables have below it.
  each.itemProcessor(invoke('Score', { Items: [{ Key: path.stringAt('$.key') }], BatchInput: path.objectAt('$.batch') }));
  const byInput = look.next(new sfn.Choice(scope, 'IsThere').when(sfn.Condition.booleanEquals('$.found', true), each).otherwise(late));
  if (batch.onArrival === undefined) return byInput;
  const arrived = invoke('Arrived', {
    Items: [{ Key: path.stringAt('$.detail.object.key'), Etag: path.stringAt('$.detail.object.etag') }],
    BatchInput: { input: `s3://${bucket.bucketName}/${INPUT}`, output: `s3://${bucket.bucketName}/${OUTPUT}`, by_etag: true },
  });
  return new sfn.Choice(scope, 'IsArrival').when(sfn.Condition.isPresent('$.detail'), arrived).otherwise(byInput);
}
