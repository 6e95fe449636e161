import type * as cw from 'aws-cdk-lib/aws-cloudwatch';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import type * as logs from 'aws-cdk-lib/aws-logs';
import type { Construct } from 'constructs';
import { answering, fullName, type ResolvedEndpoint } from '../endpoint.js';
import { NAMESPACE, tableMetric } from '../metrics.js';
import type { Released } from '../release.js';
import type { Endpoint, Environment, Project } from '../types.js';
import { variantVariables } from '../variants.js';
import { type AlarmChoice, type Alerts, MINUTE } from './alerts.js';
import { captureVariables } from './capture.js';

/** What every construct of an endpoint is made from. */
export interface EndpointProps {
  readonly project: Project;
  readonly environment: Environment;
  readonly endpoint: ResolvedEndpoint;
  readonly released: Released;
  readonly alerts: Alerts;
  /** Traffic goes over at once, and alarms do not stop it. */
  readonly isRollback: boolean;
}

/** What a dashboard shows of an endpoint, whatever it runs on. */
export interface Watched {
  readonly requests: cw.IMetric;
  readonly clientErrors: cw.IMetric;
  readonly serverErrors: cw.IMetric;
  readonly others: readonly cw.IMetric[];
  readonly logs: logs.ILogGroup;
  readonly alarms: readonly cw.AlarmBase[];
}

/** The dimensions that the function's lines have, by which CloudWatch tells one series from another. */
export type Dimensions = Readonly<Record<string, string>>;

/** Several series of one metric, each of a variant where there are variants. */
export type Series = readonly { readonly variant?: string; readonly dimensions: Dimensions }[];

/** A metric that the function writes itself. */
export function ownMetric(name: string, dimensions: Dimensions, statistic: string, period = MINUTE): cw.Metric {
  return new cloudwatch.Metric({ namespace: NAMESPACE, metricName: tableMetric(name).name, dimensionsMap: { ...dimensions }, statistic, period });
}

/** Whose series there are: of each variant that answers, where there are variants. */
export function series(environment: Environment, endpoint: Endpoint, variants = answering(endpoint)): Series {
  const service = fullName(environment, endpoint);
  if (endpoint.variants === undefined) return [{ dimensions: { service } }];
  return (variants ?? []).map(({ name }) => ({ variant: name, dimensions: { service, variant: name } }));
}

/** What the function is told: where its lines go and what they are called, what it keeps, whom it serves. */
export function environmentVariables(environment: Environment, endpoint: ResolvedEndpoint): Record<string, string> {
  return { ...metricVariables(fullName(environment, endpoint)), HEARTH_EMF: endpoint.emf, ...captureVariables(endpoint.capture), ...variantVariables(endpoint) };
}

/** Where lines go and what they are called; all that batch is told. */
export function metricVariables(service: string): Record<string, string> {
  return { AWS_EMF_SERVICE_NAME: service, HEARTH_EMF_NAMESPACE: NAMESPACE, HEARTH_EMF_DIMENSIONS: 'service' };
}

/** The alarms that roll a deployment back, wherever the endpoint runs. */
export function releaseAlarms(scope: Construct, { environment, endpoint, alerts }: EndpointProps, serverErrors: Pick<AlarmChoice, 'metric' | 'minutesOfThree'>, group: logs.ILogGroup): cloudwatch.Alarm[] {
  const fromLogs = (metricName: string): cw.Metric => new cloudwatch.Metric({
    namespace: 'AWS/Logs', metricName, dimensionsMap: { LogGroupName: group.logGroupName }, statistic: 'Sum', period: MINUTE,
  });
  const alarms = [alerts.alarm(scope, endpoint, {
    name: 'server-errors', ...serverErrors, threshold: endpoint.alarms.faults,
    description: 'Responses with status 500 and above: a fault, or a model that cannot be opened.',
  })];
  // Without metrics there is nothing more to look at.
  if (endpoint.emf === 'off') return alarms;
  for (const { variant, dimensions } of series(environment, endpoint)) {
    alarms.push(alerts.alarm(scope, endpoint, {
      name: variant === undefined ? 'latency' : `latency-${variant}`, section: 'latency', metric: ownMetric('latency.handler', dimensions, 'p99'), threshold: endpoint.alarms.p99Ms,
      description: 'The slowest hundredth of the responses takes too long, without start and network.',
    }));
  }
  return [
    ...alarms,
    alerts.alarm(scope, endpoint, {
      name: 'emf-parsing', metric: fromLogs('EMFParsingErrors'), threshold: 1,
      description: 'CloudWatch could not read a line of metrics: the dashboard lacks its values.',
    }),
    alerts.alarm(scope, endpoint, {
      name: 'emf-validation', metric: fromLogs('EMFValidationErrors'), threshold: 1,
      description: 'CloudWatch read a line of metrics and rejected it: the dashboard lacks its values.',
    }),
  ];
}
