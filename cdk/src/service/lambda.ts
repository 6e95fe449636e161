import * as cw from 'aws-cdk-lib/aws-cloudwatch';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import { fullName } from '../endpoint.js';
import { KEPT } from '../names.js';
import { MINUTE } from './alerts.js';
import { keep } from './capture.js';
import { HttpDoor } from './door-http.js';
import { RestDoor } from './door-rest.js';
import { UrlDoor } from './door-url.js';
import { imageFunction } from './image.js';
import { logGroup } from './logs.js';
import { modelAlarms } from './model-alarms.js';
import { shift } from './shift.js';
import { type EndpointProps, environmentVariables, releaseAlarms, type Watched } from './watched.js';

/** What stands before a function: its address, and what it counts. */
export interface Door {
  readonly url: string;
  readonly requests: Watched['requests'];
  readonly clientErrors: Watched['clientErrors'];
  readonly serverErrors: Watched['serverErrors'];
}

/** An endpoint as a Lambda function: function, alias, door, alarms, and the shift from version to version. */
export class LambdaEndpoint extends Construct {
  readonly url: string;
  readonly watched: Watched;

  constructor(scope: Construct, id: string, props: EndpointProps) {
    super(scope, id);
    const { environment, endpoint, released, alerts } = props;
    const functionLogs = logGroup(this, environment, endpoint, 'function');
    const code = imageFunction(this, 'Function', {
      functionName: fullName(environment, endpoint),
      endpoint,
      released,
      logGroup: functionLogs,
      memoryMiB: endpoint.memoryMiB,
      timeoutSeconds: endpoint.timeoutSeconds,
      reserved: endpoint.concurrency.reserved,
      environment: environmentVariables(environment, endpoint),
    });
    // A version costs nothing to keep, and one that is gone cannot be gone back to. One that a canary took
    // back goes: Lambda publishes no second version of the same code, so the next try would end in
    // "already exists" (github.com/aws/aws-cdk/issues/35540).
    code.currentVersion.applyRemovalPolicy(KEPT);
    const alias = new lambda.Alias(this, 'Live', {
      aliasName: 'live',
      version: code.currentVersion,
      provisionedConcurrentExecutions: endpoint.concurrency.provisioned,
    });
    const door = this.door(props, alias);
    const errors = alias.metricErrors({ period: MINUTE, statistic: 'Sum' });
    const throttles = alias.metricThrottles({ period: MINUTE, statistic: 'Sum' });
    // A function URL answers what is throttled with 429. Where FILL is used the last minute may be made up.
    const serverErrors = endpoint.door === 'function-url' ? { metric: door.serverErrors, minutesOfThree: 1 } : { metric: unthrottled(door.serverErrors, throttles), minutesOfThree: 2 };
    const alarms = [
      ...releaseAlarms(this, props, serverErrors, functionLogs),
      alerts.alarm(this, endpoint, {
        name: 'errors', metric: errors, threshold: endpoint.alarms.faults,
        description: 'The function ended without a response: a timeout, too little memory, or a failed start.',
      }),
    ];
    shift(this, { environment, endpoint, alias, alarms, isRollback: props.isRollback });
    // No reason to roll back: the version before would be throttled as well.
    const throttled = alerts.alarm(this, endpoint, {
      name: 'throttles', metric: throttles, threshold: 1,
      description: 'Requests found no free environment of the function: raise concurrency.reserved, or the quota of the account.',
    });
    this.url = door.url;
    this.watched = {
      requests: door.requests,
      clientErrors: door.clientErrors,
      serverErrors: door.serverErrors,
      others: [errors, throttles, alias.metric('ConcurrentExecutions', { period: MINUTE, statistic: 'Maximum' })],
      logs: functionLogs,
      alarms: [...alarms, throttled, ...modelAlarms(this, props), ...keep(this, props, functionLogs)],
    };
  }

  private door(props: EndpointProps, alias: lambda.Alias): Door {
    switch (props.endpoint.door) {
      case 'http-api': return new HttpDoor(this, 'Api', props, alias);
      case 'rest-api': return new RestDoor(this, 'Api', props, alias);
      case 'function-url': return new UrlDoor(this, 'Url', props, alias);
    }
  }
}

/**
 * Answers of 500 and above less the requests that Lambda throttled: an API answers those with 5xx, too,
 * and the version before would be throttled as well. A minute of which CloudWatch has only the first
 * counts as unthrottled; AWS advises to judge several minutes where FILL is used:
 * docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/using-metric-math.html
 */
function unthrottled(answered: cw.IMetric, throttled: cw.IMetric): cw.MathExpression {
  return new cw.MathExpression({ expression: 'answered - FILL(throttled, 0)', label: '5xx beside throttling', period: MINUTE, usingMetrics: { answered, throttled } });
}
