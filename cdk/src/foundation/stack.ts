import { App, CfnOutput, LegacyStackSynthesizer, Stack } from 'aws-cdk-lib';
import type { Config } from '../check.js';
import { resolve } from '../endpoint.js';
import { grants } from '../grants.js';
import { names, synthesizer } from '../names.js';
import { Boundary } from './boundary.js';
import { Buckets } from './buckets.js';
import { Budget } from './budget.js';
import { ExecutionRole } from './execution.js';
import { Gateway } from './gateway.js';
import { Images } from './images.js';
import { Workflows } from './workflows.js';

/**
 * What is there once an account, made by a person: everything that outlives a deployment, and who may
 * deploy. It needs no `cdk bootstrap`, and no role but the person's own.
 *
 * Sent inline a template may have 51,200 bytes, which every option in three environments exceeds; a
 * larger one goes through a bucket, and the bucket is made here. So the first deployment makes the
 * buckets alone, inline, and the second one, of the same stack, the rest: scripts/deploy.sh does both.
 */
export class FoundationStack extends Stack {
  constructor(app: App, id: string, config: Config, isFirst = false) {
    const { project, environments, endpoints } = config;
    const { account, region } = project;
    super(app, id, {
      stackName: names.stack('foundation'),
      description: 'Hearth: model storage, image registry, and the roles of the workflows',
      env: { account, region },
      // Neither names a role of `cdk bootstrap`; BootstraplessSynthesizer does (github.com/aws/aws-cdk/issues/20648).
      synthesizer: isFirst ? new LegacyStackSynthesizer() : synthesizer(project, 'foundation'),
    });
    const buckets = new Buckets(this, 'Buckets', project);
    new CfnOutput(this, 'DvcRemote', { value: `s3://${buckets.dvc.bucketName}/dvc` });
    if (isFirst) return;
    const images = new Images(this, 'Images', endpoints);
    for (const environment of environments) {
      const boundary = new Boundary(this, `Boundary-${environment.name}`, environment);
      new ExecutionRole(this, `Execution-${environment.name}`, { environment, endpoints, boundary: boundary.policy });
      // scripts/deploy.sh holds these to what config.ts asks for by then.
      new CfnOutput(this, `Grants-${environment.name}`, { value: grants(config, environment) });
    }
    const doors = environments.flatMap((environment) => endpoints.map((endpoint) => resolve(endpoint, environment).door));
    if (doors.includes('rest-api')) new Gateway(this, 'Gateway');
    new Workflows(this, 'Workflows', { config, images });
    new Budget(this, 'Budget', project);
    new CfnOutput(this, 'RepositoryUri', { value: images.repository.repositoryUri });
  }
}
