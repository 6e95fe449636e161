import * as path from 'node:path';
import { App } from 'aws-cdk-lib';
import { endpoints, environments, project } from './config.js';
import { build } from './src/app.js';
import { readRelease } from './src/release.js';

// scripts/deploy.sh gives these; a synthesis by hand needs only the release.
const app = new App();
const context = (name: string): string | undefined => app.node.tryGetContext(name) as string | undefined;
const release = context('release');

try {
  build(app, { project, endpoints, environments }, {
    release: release === undefined ? undefined : readRelease(path.resolve(release)),
    previous: context('previous'),
    isRollback: context('rollback') === 'true',
    isFirst: context('first') === 'true',
  });
} catch (error) {
  // The sentence is for a person; a stack trace would hide it.
  console.error((error as Error).message);
  process.exit(1);
}
