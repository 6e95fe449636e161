import { RemovalPolicy } from 'aws-cdk-lib';
import * as logs from 'aws-cdk-lib/aws-logs';
import type { Construct } from 'constructs';
import { names } from '../names.js';
import type { Endpoint, Environment } from '../types.js';

/**
 * A log group of an endpoint. Its name is known before it is made, so that `make logs` needs no
 * lookup, and it is kept as long as the environment says.
 *
 * Request capture belongs here: a subscription filter on the group `function`, which Firehose writes
 * to S3 and Athena reads. The group outlives every version of the function, so nothing else changes.
 */
export function logGroup(scope: Construct, environment: Environment, endpoint: Endpoint, what: string): logs.LogGroup {
  return new logs.LogGroup(scope, `Logs-${what}`, {
    logGroupName: names.logGroup(environment.name, endpoint.name, what),
    retention: environment.logRetentionDays as logs.RetentionDays,
    removalPolicy: environment.protect ? RemovalPolicy.RETAIN : RemovalPolicy.DESTROY,
  });
}
