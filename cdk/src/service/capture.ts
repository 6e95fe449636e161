import { Duration, RemovalPolicy } from 'aws-cdk-lib';
import * as cw from 'aws-cdk-lib/aws-cloudwatch';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as firehose from 'aws-cdk-lib/aws-kinesisfirehose';
import * as logs from 'aws-cdk-lib/aws-logs';
import * as s3 from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import { acknowledge } from '../acknowledge.js';
import { fullName } from '../endpoint.js';
import { endpointBucket, keptIf, names, RECORDS } from '../names.js';
import { allow } from '../policy.js';
import type { Capture as CaptureSettings } from '../types.js';
import { Catalog } from './catalog.js';
import { logGroup } from './logs.js';
import { Retrain } from './retrain.js';
import type { EndpointProps } from './watched.js';

/** What only a captured record has. */
const IS_RECORD = '{ $.captureData.endpointInput.data = * }';
/** docs.aws.amazon.com/firehose/latest/dev/buffering-hints.html */
const BUFFER = { sizeInMBs: 64, intervalInSeconds: 300 } as const;

/**
 * Requests and answers out of the function's log into S3, under SQL. The function writes lines; what
 * carries them is CloudWatch Logs and Firehose, so capture adds nothing to a request but the line.
 */
export class Capture extends Construct {
  /** Records that do not arrive: nobody would miss them until they are looked for. */
  readonly alarm: cw.Alarm;

  constructor(scope: Construct, id: string, props: EndpointProps & { readonly capture: CaptureSettings; readonly functionLogs: logs.ILogGroup }) {
    super(scope, id);
    const { project, environment, endpoint, capture, functionLogs, alerts } = props;
    const name = `${fullName(environment, endpoint)}-capture`;
    const bucketName = endpointBucket(project, environment.name, endpoint.name, 'capture');
    const bucket = new s3.Bucket(this, 'Records', {
      bucketName,
      encryption: s3.BucketEncryption.S3_MANAGED,
      blockPublicAccess: s3.BlockPublicAccess.BLOCK_ALL,
      enforceSSL: true,
      minimumTLSVersion: 1.2,
      lifecycleRules: [
        // What Firehose could not unpack is kept as long: it lies under failed/.
        { expiration: Duration.days(capture.keepDays), abortIncompleteMultipartUploadAfter: Duration.days(2) },
        { prefix: 'results/', expiration: Duration.days(7) },
      ],
      // A bucket that holds files is not deleted with its stack; CloudFormation says so.
      removalPolicy: keptIf(environment.protect),
    });
    acknowledge(bucket, 'Firehose writes it and Athena, which keeps a history of its queries, reads it.', 'S1');
    const stream = this.stream(props, name, bucketName);
    // CloudWatch Logs tries the stream when the filter is made: its role must be whole by then.
    const writer = this.role('filter', name, 'logs.amazonaws.com', { StringLike: { 'aws:SourceArn': `arn:aws:logs:${project.region}:${project.account}:*` } });
    allow(writer, {
      sid: 'Stream', actions: ['firehose:PutRecord', 'firehose:PutRecordBatch'],
      resources: [`arn:aws:firehose:${project.region}:${project.account}:deliverystream/${name}`],
    });
    const filter = new logs.CfnSubscriptionFilter(this, 'Filter', {
      filterName: name,
      logGroupName: functionLogs.logGroupName,
      filterPattern: IS_RECORD,
      destinationArn: stream.attrArn,
      roleArn: writer.roleArn,
    });
    filter.node.addDependency(writer);
    new Catalog(this, 'Catalog', { environment, endpoint, bucketName, keepDays: capture.keepDays });
    if (capture.retrain === true) new Retrain(this, 'Retrain', props);
    this.alarm = alerts.alarm(this, endpoint, {
      name: 'capture',
      metric: new cw.Metric({
        namespace: 'AWS/Firehose', metricName: 'DeliveryToS3.DataFreshness', dimensionsMap: { DeliveryStreamName: name },
        statistic: 'Maximum', period: Duration.minutes(15),
      }),
      threshold: 3600,
      description: 'Captured records have waited for more than an hour: Firehose cannot store them.',
    });
  }

  /**
   * Firehose unpacks what CloudWatch Logs sends, a record a line, and puts it under the day on which it came.
   * To put each under its own day and model, Firehose would have to part the lines first, and it parts no
   * more than 500 of a delivery; a request of 1,000 rows has 1,000:
   * docs.aws.amazon.com/firehose/latest/dev/dynamic-partitioning-multirecord-deaggergation.html
   */
  private stream({ environment, endpoint, project }: EndpointProps, name: string, bucketName: string): firehose.CfnDeliveryStream {
    const errors = logGroup(this, environment, endpoint, 'capture');
    const errorStream = new logs.LogStream(this, 'Errors', { logGroup: errors, logStreamName: 'delivery', removalPolicy: RemovalPolicy.DESTROY });
    const files = `arn:aws:s3:::${bucketName}`;
    const writer = this.role('stream', name, 'firehose.amazonaws.com');
    allow(writer, { sid: 'Bucket', actions: ['s3:GetBucketLocation', 's3:ListBucket', 's3:ListBucketMultipartUploads'], resources: [files] });
    allow(writer, {
      sid: 'Files', actions: ['s3:AbortMultipartUpload', 's3:GetObject', 's3:PutObject'], resources: [`${files}/${RECORDS}/*`, `${files}/failed/*`],
      reason: 'Objects are named by their day and the time.',
    });
    const group = `arn:aws:logs:${project.region}:${project.account}:log-group:${names.logGroup(environment.name, endpoint.name, 'capture')}`;
    allow(writer, { sid: 'Errors', actions: ['logs:PutLogEvents'], resources: [`${group}:log-stream:delivery`] });
    const stream = new firehose.CfnDeliveryStream(this, 'Stream', {
      deliveryStreamName: name,
      deliveryStreamType: 'DirectPut',
      deliveryStreamEncryptionConfigurationInput: { keyType: 'AWS_OWNED_CMK' },
      extendedS3DestinationConfiguration: {
        bucketArn: files,
        roleArn: writer.roleArn,
        bufferingHints: BUFFER,
        compressionFormat: 'GZIP',
        prefix: `${RECORDS}/day=!{timestamp:yyyy-MM-dd}/`,
        errorOutputPrefix: 'failed/!{firehose:error-output-type}/day=!{timestamp:yyyy-MM-dd}/',
        processingConfiguration: { enabled: true, processors: [...PROCESSORS] },
        cloudWatchLoggingOptions: { enabled: true, logGroupName: errors.logGroupName, logStreamName: errorStream.logStreamName },
      },
    });
    // Firehose asks for the bucket when it is made, with the whole of its role.
    stream.node.addDependency(writer, this.node.findChild('Records'));
    return stream;
  }

  private role(what: string, name: string, service: string, conditions?: Record<string, unknown>): iam.Role {
    return new iam.Role(this, `${what}-role`, { roleName: `${name}-${what}`, assumedBy: new iam.ServicePrincipal(service, { conditions }) });
  }
}

const processor = (type: string, parameters: Readonly<Record<string, string>> = {}): firehose.CfnDeliveryStream.ProcessorProperty => ({
  type, parameters: Object.entries(parameters).map(([parameterName, parameterValue]) => ({ parameterName, parameterValue })),
});

/** docs.aws.amazon.com/firehose/latest/dev/writing-with-cloudwatch-logs-decompression.html */
const PROCESSORS = [
  processor('Decompression', { CompressionFormat: 'GZIP' }),
  // Only the lines: what CloudWatch Logs says around them is dropped.
  processor('CloudWatchLogProcessing', { DataMessageExtraction: 'true' }),
  // Whether what was extracted ends in a line end, AWS does not say. Two records in one line would lose the
  // second; an empty line is only a row without values, which the view of docs/queries.md leaves out.
  processor('AppendDelimiterToRecord', { Delimiter: '\\n' }),
];

/** Capture where config.ts asks for it, and what watches it. */
export function keep(scope: Construct, props: EndpointProps, functionLogs: logs.ILogGroup): cw.Alarm[] {
  const { capture } = props.endpoint;
  return capture === undefined ? [] : [new Capture(scope, 'Capture', { ...props, capture, functionLogs }).alarm];
}

/** What the function is told of it. */
export function captureVariables(capture: CaptureSettings | undefined): Record<string, string> {
  if (capture === undefined) return {};
  const redacted = capture.redact ?? [];
  return { HEARTH_CAPTURE: String(capture.share), ...(redacted.length === 0 ? {} : { HEARTH_CAPTURE_REDACT: redacted.join(',') }) };
}
