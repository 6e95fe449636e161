import { App, Tags, Validations } from 'aws-cdk-lib';
import { AwsSolutionsChecks } from 'cdk-nag';
import { type Config, faults, refuse } from './check.js';
import { FoundationStack } from './foundation/stack.js';
import type { Release } from './release.js';
import { ServiceStack } from './service/stack.js';

export interface Built {
  readonly foundation: FoundationStack;
  readonly services: Readonly<Record<string, ServiceStack>>;
}

export interface Choices {
  /** What to deploy. Without one only the foundation is made: it is there before any image is. */
  readonly release?: Release;
  /** What ran before, for `make rollback`: by environment, as its stack remembered it. */
  readonly previous?: string;
  /** Traffic goes over at once, and whatever alarms say: a rollback must neither wait nor be refused. */
  readonly isRollback?: boolean;
  /** The foundation as its first deployment makes it: the buckets alone. */
  readonly isFirst?: boolean;
}

/** app.ts and every test build by this, so that what is tested is what is deployed. */
export function build(app: App, config: Config, { release, previous, isRollback, isFirst }: Choices = {}): Built {
  refuse(faults(config, release));
  const { project, endpoints, environments } = config;
  const foundation = new FoundationStack(app, 'foundation', config, isFirst);
  const services: Record<string, ServiceStack> = {};
  for (const environment of release === undefined ? [] : environments) {
    const service = new ServiceStack(app, environment.name, { project, endpoints, environment, release: release!, previous, isRollback: isRollback ?? false });
    Tags.of(service).add('hearth:environment', environment.name);
    services[environment.name] = service;
  }
  Tags.of(app).add('app', 'hearth');
  Validations.of(app).addPlugins(new AwsSolutionsChecks(app));
  return { foundation, services };
}
