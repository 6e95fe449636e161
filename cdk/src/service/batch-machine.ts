import { Duration } from 'aws-cdk-lib';
import type * as lambda from 'aws-cdk-lib/aws-lambda';
import type * as s3 from 'aws-cdk-lib/aws-s3';
import * as sfn from 'aws-cdk-lib/aws-stepfunctions';
import * as tasks from 'aws-cdk-lib/aws-stepfunctions-tasks';
import type { Construct } from 'constructs';
import type { Batch as BatchSettings, Reader } from '../types.js';

/** Where tables are read, and where answers are written, in the bucket. */
export const INPUT = 'input/';
export const OUTPUT = 'output/';

export interface RunProps {
  readonly bucket: s3.Bucket;
  readonly code: lambda.Function;
  readonly batch: BatchSettings;
}

const path = sfn.JsonPath;

/** The maps of a machine; each starts runs under its label. */
const TABLES = 'EachObject';
const LABELS: Readonly<Record<Reader, string>> = { inventory: 'EachInventoried', list: 'EachListed', parquet: 'EachPart' };

export const labels = ({ reads }: BatchSettings): string[] => [TABLES, ...readers(reads).map((kind) => LABELS[kind])];

/** In one order, so that the order in config.ts changes no template. */
const readers = (reads: BatchSettings['reads']): Reader[] => [...new Set(reads ?? [])].sort();

/** Rows that one invocation gets; the input of an execution has at most 256 KiB, with what is around them. */
const PART_BYTES = 200_000;

/** A file of S3 whose items Step Functions reads itself; the CDK has no class for Parquet. */
class FileReader implements sfn.IItemReader {
  readonly resource = 'arn:aws:states:::s3:getObject';

  constructor(readonly bucket: s3.IBucket, private readonly config: Readonly<Record<string, string>>) {}

  render(): unknown {
    return { Resource: this.resource, ReaderConfig: this.config, Parameters: { 'Bucket': this.bucket.bucketName, 'Key.$': '$.prefix' } };
  }

  /** The machine may read and write the bucket's objects, for what it writes to manifest/. */
  providePolicyStatements(): [] {
    return [];
  }

  validateItemReader(): string[] {
    return [];
  }
}

/**
 * A run: looks for its input, waits while it is late, and predicts every table. A table that arrived is
 * predicted at once: its event names it. The function resolves placeholders, and raises MissingInput.
 */
export function run(scope: Construct, { bucket, code, batch }: RunProps): sfn.IChainable {
  const reads = readers(batch.reads);
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
    ...(reads.length === 0 ? {} : { kinds: reads }),
  });
  const late = new sfn.Wait(scope, 'Late', { time: sfn.WaitTime.secondsPath('$.wait_seconds') }).next(look);
  const each = (id: string, itemReader: sfn.IItemReader, more: Partial<sfn.DistributedMapProps> = {}): sfn.DistributedMap => new sfn.DistributedMap(scope, id, {
    label: id,
    mapExecutionType: sfn.StateMachineType.STANDARD,
    itemReader,
    itemSelector: { key: path.stringAt('$$.Map.Item.Value.Key'), batch: path.objectAt('$.batch') },
    resultWriterV2: new sfn.ResultWriterV2({ bucket, prefix: 'manifest' }),
    maxConcurrency: batch.concurrency,
    toleratedFailurePercentage: batch.toleratedFailurePercentage,
    ...more,
  });
  // With the folder that is predicted, so that answers keep the names that tables have below it.
  const score = (id: string): tasks.LambdaInvoke => invoke(id, { Items: [{ Key: path.stringAt('$.key') }], BatchInput: path.objectAt('$.batch') });
  const tables = each(TABLES, new sfn.S3ObjectsItemReader({ bucket, prefix: path.stringAt('$.prefix') }));
  tables.itemProcessor(score('Score'));
  const maps: Readonly<Record<Reader, () => sfn.DistributedMap>> = {
    list: () => each(LABELS.list, new FileReader(bucket, { InputType: 'CSV', CSVHeaderLocation: 'FIRST_ROW' })).itemProcessor(score('ScoreListed')),
    inventory: () => each(LABELS.inventory, new FileReader(bucket, { InputType: 'MANIFEST', ManifestType: 'S3_INVENTORY' })).itemProcessor(score('ScoreInventoried')),
    parquet: () => each(LABELS.parquet, new FileReader(bucket, { InputType: 'PARQUET' }), {
      itemSelector: { index: path.numberAt('$$.Map.Item.Index'), row: path.objectAt('$$.Map.Item.Value') },
      itemBatcher: new sfn.ItemBatcher({ maxInputBytesPerBatch: PART_BYTES, batchInput: { 'batch.$': '$.batch' } }),
    }).itemProcessor(invoke('ScorePart', { Items: path.objectAt('$.Items'), BatchInput: path.objectAt('$.BatchInput.batch') })),
  };
  const isThere = new sfn.Choice(scope, 'IsThere');
  for (const kind of reads) {
    isThere.when(sfn.Condition.and(sfn.Condition.booleanEquals('$.found', true), sfn.Condition.stringEquals('$.kind', kind)), maps[kind]());
  }
  const byInput = look.next(isThere.when(sfn.Condition.booleanEquals('$.found', true), tables).otherwise(late));
  if (batch.onArrival === undefined) return byInput;
  const arrived = invoke('Arrived', {
    Items: [{ Key: path.stringAt('$.detail.object.key'), Etag: path.stringAt('$.detail.object.etag') }],
    BatchInput: { input: `s3://${bucket.bucketName}/${INPUT}`, output: `s3://${bucket.bucketName}/${OUTPUT}`, by_etag: true },
  });
  return new sfn.Choice(scope, 'IsArrival').when(sfn.Condition.isPresent('$.detail'), arrived).otherwise(byInput);
}
