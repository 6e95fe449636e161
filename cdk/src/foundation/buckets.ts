import { Duration } from 'aws-cdk-lib';
import * as s3 from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import { acknowledge } from '../acknowledge.js';
import { KEPT, names } from '../names.js';
import type { Project } from '../types.js';

/** DVC's remote, and the templates on their way to CloudFormation. Private, encrypted, TLS only. */
export class Buckets extends Construct {
  readonly dvc: s3.Bucket;
  readonly assets: s3.Bucket;

  constructor(scope: Construct, id: string, project: Project) {
    super(scope, id);
    const common = {
      encryption: s3.BucketEncryption.S3_MANAGED,
      blockPublicAccess: s3.BlockPublicAccess.BLOCK_ALL,
      enforceSSL: true,
      minimumTLSVersion: 1.2,
    };
    const logs = new s3.Bucket(this, 'Logs', {
      ...common,
      bucketName: names.bucket(project, 'logs'),
      lifecycleRules: [{ expiration: Duration.days(90) }],
      removalPolicy: KEPT,
    });
    acknowledge(logs, 'It holds the access logs of the others; its own would fill itself.', 'S1');
    this.dvc = new s3.Bucket(this, 'Dvc', {
      ...common,
      bucketName: names.bucket(project, 'dvc'),
      // An object's name is its content, so no second version is ever written; a delete is undone by this.
      versioned: true,
      lifecycleRules: [{ noncurrentVersionExpiration: Duration.days(90), abortIncompleteMultipartUploadAfter: Duration.days(2) }],
      serverAccessLogsBucket: logs,
      serverAccessLogsPrefix: 'dvc/',
      removalPolicy: KEPT,
    });
    this.assets = new s3.Bucket(this, 'Assets', {
      ...common,
      bucketName: names.bucket(project, 'assets'),
      lifecycleRules: [{ expiration: Duration.days(90) }],
      serverAccessLogsBucket: logs,
      serverAccessLogsPrefix: 'assets/',
      removalPolicy: KEPT,
    });
  }
}
