import { endpoints, environments, project } from './config.js';
import { faults, refuse } from './src/check.js';
import { resolve } from './src/endpoint.js';
import { grants } from './src/grants.js';

// For scripts/stack.sh, a line a setting: where everything is, and by environment what it needs of the
// foundation and how many environments of Lambda's it reserves.
try {
  refuse(faults({ project, endpoints, environments }));
} catch (error) {
  console.error((error as Error).message);
  process.exit(1);
}
console.log(`region ${project.region}`);
console.log(`account ${project.account}`);
for (const environment of environments) {
  const reserved = endpoints.map((endpoint) => resolve(endpoint, environment).concurrency.reserved ?? 0);
  console.log(`grants-${environment.name} ${grants({ project, endpoints, environments }, environment)}`);
  console.log(`reserved-${environment.name} ${reserved.reduce((sum, one) => sum + one, 0)}`);
}
