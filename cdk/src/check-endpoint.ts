import { startFaults } from './check-batch.js';
import { watchFaults } from './check-watch.js';
import type { ResolvedEndpoint } from './endpoint.js';
import { DOOR_SECONDS, FARGATE_MEMORY_MIB, LAMBDA_MEMORY_MIB, LAMBDA_TIMEOUT_SECONDS, OVERHEAD_MIB } from './limits.js';
import type { Released } from './release.js';
import type { Environment, Project } from './types.js';

/** What is wrong with one endpoint in one environment, a sentence a fault. */
export function endpointFaults(endpoint: ResolvedEndpoint, environment: Environment, released: Released | undefined, project: Project): string[] {
  const { name } = endpoint;
  const out: string[] = [];
  // With the environment's it must fit into the 64 characters of a function's or a role's name.
  if (!/^[a-z][a-z0-9-]{0,23}$/.test(name) || name.endsWith('-')) {
    out.push(`the name '${name}' cannot be: 1 to 24 small letters, digits and dashes, and a letter first`);
  }
  if (!endpoint.model.endsWith('.hearth')) out.push(`model is '${endpoint.model}', and a .hearth file was expected`);
  if (endpoint.version !== undefined && !/^[A-Za-z0-9][\w./#@-]*$/.test(endpoint.version)) {
    out.push(`version is '${endpoint.version}', and a tag such as model@v1.2.0 or a stage such as model#prod was expected`);
  }
  out.push(...(endpoint.compute === 'fargate' ? fargateFaults(endpoint) : lambdaFaults(endpoint)));
  out.push(...memoryFaults(endpoint, released), ...domainFaults(endpoint, project), ...batchFaults(endpoint), ...startFaults(endpoint));
  if (endpoint.alarms.p99Ms >= endpoint.timeoutSeconds * 1000) {
    out.push(`the alarm at ${endpoint.alarms.p99Ms} ms cannot fire: requests end at ${endpoint.timeoutSeconds} s`);
  }
  out.push(...watchFaults(endpoint, environment, project));
  const { reserved } = endpoint.concurrency;
  if (endpoint.door === 'function-url' && environment.protect && reserved === undefined) {
    out.push('a function URL has no throttle, so it needs concurrency.reserved; or door http-api');
  }
  return out;
}

function lambdaFaults(endpoint: ResolvedEndpoint): string[] {
  const { memoryMiB, timeoutSeconds, door, auth } = endpoint;
  const out: string[] = [];
  out.push(...lambdaSizeFaults('', memoryMiB, timeoutSeconds));
  if (timeoutSeconds > DOOR_SECONDS[door]) {
    out.push(`timeoutSeconds ${timeoutSeconds} is more than the ${DOOR_SECONDS[door]} after which ${door} gives up on the function`);
  }
  const { reserved, provisioned } = endpoint.concurrency;
  if (reserved !== undefined && (!Number.isInteger(reserved) || reserved < 1)) {
    out.push(`concurrency.reserved ${reserved} answers nobody; a whole number from 1 was expected`);
  }
  if (reserved !== undefined && (provisioned ?? 0) > reserved) {
    out.push(`concurrency.provisioned ${provisioned} is above concurrency.reserved ${reserved}`);
  }
  if (auth.kind === 'network') out.push('auth network is for fargate: Lambda is not in a network');
  if (auth.kind === 'api-key' && door !== 'rest-api') out.push(`auth api-key needs door rest-api: ${door} knows no keys`);
  if (auth.kind === 'jwt' && door !== 'http-api') out.push(`auth jwt needs door http-api: ${door} reads no tokens by itself`);
  if (auth.kind === 'jwt' && (!auth.issuer.startsWith('https://') || auth.audiences.length === 0)) {
    out.push('auth jwt needs an issuer that begins with https:// and at least one audience');
  }
  if (endpoint.fargate !== undefined) out.push('fargate is given, and compute is lambda; it is one or the other');
  return out;
}

function fargateFaults(endpoint: ResolvedEndpoint): string[] {
  const { fargate, memoryMiB, auth, domain } = endpoint;
  const out: string[] = [];
  if (fargate === undefined) {
    out.push('compute fargate needs fargate: { cpu, tasks: { min, max } }');
  } else {
    const host = FARGATE_MEMORY_MIB[fargate.cpu];
    if (host === undefined) {
      out.push(`Fargate has no size of ${fargate.cpu} CPU units; it has ${Object.keys(FARGATE_MEMORY_MIB).join(', ')}`);
    } else if (memoryMiB > Math.max(...host.sizes)) {
      out.push(`memoryMiB ${memoryMiB} exceeds its host: ${fargate.cpu} CPU units have at most ${Math.max(...host.sizes)}`);
    } else if (!host.sizes.includes(memoryMiB)) {
      out.push(`Fargate has no size of ${fargate.cpu} CPU units with ${memoryMiB} MiB; it has ${host.sizes.join(', ')} MiB`);
    }
    if (fargate.tasks.min < 1 || fargate.tasks.max < fargate.tasks.min) {
      out.push(`from ${fargate.tasks.min} to ${fargate.tasks.max} tasks is no range that serves; 1 to 1 is the least`);
    }
  }
  if (auth.kind !== 'network') out.push(`auth ${auth.kind} is for lambda; a load balancer lets networks in: auth network`);
  if (auth.kind === 'network' && auth.cidrs.length === 0) out.push('auth network needs at least one network in cidrs');
  if (domain === undefined) out.push('compute fargate needs a domain with a certificate: without one it would speak plain HTTP');
  const { reserved, provisioned } = endpoint.concurrency;
  if (reserved !== undefined || provisioned !== undefined) out.push('concurrency is for lambda; tasks is how Fargate is held');
  if (endpoint.cors !== undefined) out.push('cors is for lambda: a load balancer sends no such headers');
  return out;
}

function memoryFaults(endpoint: ResolvedEndpoint, released: Released | undefined): string[] {
  if (released === undefined) return [];
  const out: string[] = [];
  const model = Math.ceil(released.bytes / 2 ** 20);
  // A shadow is a model like the others; `bytes` counts them all.
  const files = endpoint.variants === undefined ? endpoint.model : `${endpoint.model} and its variants`;
  const size = `${files} of ${released.bytes} bytes`;
  const least = OVERHEAD_MIB.function + model;
  if (endpoint.memoryMiB < least) out.push(`memoryMiB ${endpoint.memoryMiB} is below the ${least} that ${size} needs`);
  const leastBatch = OVERHEAD_MIB.batch + model;
  if (endpoint.batch !== undefined && endpoint.batch.memoryMiB < leastBatch) {
    out.push(`batch.memoryMiB ${endpoint.batch.memoryMiB} is below the ${leastBatch} that ${size} needs`);
  }
  return out;
}

function domainFaults({ domain, door, compute }: ResolvedEndpoint, project: Project): string[] {
  if (domain === undefined) return [];
  const arn = `arn:aws:acm:${project.region}:${project.account}:certificate/`;
  const out: string[] = [];
  if (!domain.certificateArn.startsWith(arn)) {
    out.push(`the domain ${domain.name} has no certificate of this account and region; an ARN like ${arn}… was expected`);
  }
  if (compute === 'lambda' && door !== 'http-api') out.push(`the domain ${domain.name} needs door http-api; ${door} has none here`);
  if (domain.zone !== undefined && !`.${domain.name}`.endsWith(`.${domain.zone.name}`)) {
    out.push(`the domain ${domain.name} is not in the zone ${domain.zone.name}`);
  }
  return out;
}

function batchFaults({ batch, compute }: ResolvedEndpoint): string[] {
  if (batch === undefined) return [];
  const out = lambdaSizeFaults('batch.', batch.memoryMiB, batch.timeoutSeconds);
  if (compute === 'fargate') out.push('batch is for compute lambda: a batch function beside Fargate is an endpoint of its own');
  // docs.aws.amazon.com/step-functions/latest/dg/state-map-distributed.html
  if (!Number.isInteger(batch.concurrency) || batch.concurrency < 1 || batch.concurrency > 1000) {
    out.push(`batch.concurrency ${batch.concurrency} is outside 1 to 1000`);
  }
  if (batch.toleratedFailurePercentage < 0 || batch.toleratedFailurePercentage > 99) {
    out.push(`batch.toleratedFailurePercentage ${batch.toleratedFailurePercentage} is outside 0 to 99: all failed is no success`);
  }
  return out;
}

function lambdaSizeFaults(of: string, memoryMiB: number, timeoutSeconds: number): string[] {
  const out: string[] = [];
  const { min, max } = LAMBDA_MEMORY_MIB;
  if (!Number.isInteger(memoryMiB) || memoryMiB < min || memoryMiB > max) {
    out.push(`${of}memoryMiB ${memoryMiB} is outside the ${min} to ${max} that Lambda has`);
  }
  if (!Number.isInteger(timeoutSeconds) || timeoutSeconds < 1 || timeoutSeconds > LAMBDA_TIMEOUT_SECONDS) {
    out.push(`${of}timeoutSeconds ${timeoutSeconds} is outside the 1 to ${LAMBDA_TIMEOUT_SECONDS} that Lambda has`);
  }
  return out;
}
