import * as logs from 'aws-cdk-lib/aws-logs';
import type { Construct } from 'constructs';
import { keptIf, names } from '../names.js';
import type { Endpoint, Environment } from '../types.js';

/**
 * A log group of an endpoint, kept as long as the environment says. It outlives every version of
 * the function, and with it what is subscribed to it.
 */
export function logGroup(scope: Construct, environment: Environment, endpoint: Endpoint, what: string): logs.LogGroup {
  return new logs.LogGroup(scope, `Logs-${what}`, {
    logGroupName: names.logGroup(environment.name, endpoint.name, what),
    retention: environment.logRetentionDays as logs.RetentionDays,
    removalPolicy: keptIf(environment.protect),
  });
}
