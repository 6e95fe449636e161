import { App, BootstraplessSynthesizer, CfnOutput, Stack } from 'aws-cdk-lib';
import type { Config } from '../check.js';
import { resolve } from '../endpoint.js';
import { names } from '../names.js';
import { Boundary } from './boundary.js';
import { Buckets } from './buckets.js';
import { Budget } from './budget.js';
import { ExecutionRole } from './execution.js';
import { Gateway } from './gateway.js';
import { Images } from './images.js';
import { Workflows } from './workflows.js';

/** What is there once an account, made by a person: everything that outlives a deployment, and who may deploy. */
export class FoundationStack extends Stack {
  constructor(app: App, id: string, { project, environments, endpoints }: Config) {
    const { account, region } = project;
    super(app, id, {
      stackName: names.stack('foundation'),
      description: 'Hearth: model storage, image registry, and the roles of the workflows',
      env: { account, region },
      // The bucket for templates is made here, so this one template goes inline.
      synthesizer: new BootstraplessSynthesizer(),
    });
    const buckets = new Buckets(this, 'Buckets', project);
    const images = new Images(this, 'Images');
    for (const environment of environments) {
      const boundary = new Boundary(this, `Boundary-${environment.name}`, environment);
      new ExecutionRole(this, `Execution-${environment.name}`, { environment, endpoints, boundary: boundary.policy });
    }
    const doors = environments.flatMap((environment) => endpoints.map((endpoint) => resolve(endpoint, environment).door));
    if (doors.includes('rest-api')) new Gateway(this, 'Gateway');
    new Workflows(this, 'Workflows', { project, environments, images });
    new Budget(this, 'Budget', project);
    new CfnOutput(this, 'DvcRemote', { value: `s3://${buckets.dvc.bucketName}/dvc` });
    new CfnOutput(this, 'RepositoryUri', { value: images.repository.repositoryUri });
  }
}
