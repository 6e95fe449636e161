import { App, CfnOutput, Stack } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import { fullName, resolve } from '../endpoint.js';
import { names, synthesizer } from '../names.js';
import type { Release } from '../release.js';
import type { Endpoint, Environment, Project } from '../types.js';
import { Alerts } from './alerts.js';
import { Batch } from './batch.js';
import { Dashboard } from './dashboard.js';
import { FargateEndpoint } from './fargate.js';
import { LambdaEndpoint } from './lambda.js';

export interface ServiceProps {
  readonly project: Project;
  readonly environment: Environment;
  readonly endpoints: readonly Endpoint[];
  readonly release: Release;
  readonly previous?: string;
  /** Traffic goes over at once, and alarms do not stop it. */
  readonly isRollback: boolean;
}

/** One environment: every endpoint, what watches them, and how to get at them. */
export class ServiceStack extends Stack {
  constructor(app: App, id: string, { project, environment, endpoints, release, previous, isRollback }: ServiceProps) {
    super(app, id, {
      stackName: names.stack(environment.name),
      description: `Hearth in ${environment.name}: ${endpoints.map((endpoint) => endpoint.name).join(', ')}`,
      env: { account: project.account, region: project.region },
      synthesizer: synthesizer(project, environment.name),
      terminationProtection: environment.protect,
    });
    const boundary = iam.ManagedPolicy.fromManagedPolicyName(this, 'Boundary', names.boundary(environment.name));
    iam.PermissionsBoundary.of(this).apply(boundary);

    const alerts = new Alerts(this, 'Alerts', environment, project);
    const dashboard = new Dashboard(this, 'Dashboard', environment);
    for (const listed of endpoints) {
      const endpoint = resolve(listed, environment);
      const released = release[endpoint.name]!;
      const props = { project, environment, endpoint, released, alerts, isRollback };
      const made = endpoint.compute === 'fargate'
        ? new FargateEndpoint(this, endpoint.name, props)
        : new LambdaEndpoint(this, endpoint.name, props);
      dashboard.add(endpoint, released, made.watched);
      new CfnOutput(this, `Url-${endpoint.name}`, { value: made.url });
      // For scripts/smoke.sh: name, who may ask, the function's alias, and the address.
      const alias = endpoint.compute === 'fargate' ? '-' : `${fullName(environment, endpoint)}:live`;
      new CfnOutput(this, `Smoke-${endpoint.name}`, { value: `${endpoint.name} ${endpoint.auth.kind} ${alias} ${made.url}` });
      new CfnOutput(this, `Log-${endpoint.name}`, { value: made.watched.logs.logGroupName });
      if (endpoint.batch !== undefined) new Batch(this, `Batch-${endpoint.name}`, { ...props, batch: endpoint.batch });
    }
    // scripts/rollback.sh and scripts/promote.sh read these two, scripts/url.sh, scripts/smoke.sh and scripts/logs.sh those above.
    new CfnOutput(this, 'Release', { value: JSON.stringify(release) });
    new CfnOutput(this, 'Previous', { value: previous ?? '{}' });
  }
}
