import type { Batch, Endpoint, Environment } from './types.js';

/** An endpoint in one environment, with nothing left to default. */
export interface ResolvedEndpoint extends Endpoint {
  readonly compute: 'lambda' | 'fargate';
  readonly door: 'http-api' | 'rest-api' | 'function-url';
  readonly architecture: 'arm64' | 'x86_64';
  readonly concurrency: { readonly reserved?: number; readonly provisioned?: number };
  readonly alarms: { readonly p99Ms: number; readonly faults: number };
  readonly batch?: Batch;
}

/** What the environment says over what the list says over the defaults. */
export function resolve(endpoint: Endpoint, environment: Environment): ResolvedEndpoint {
  const merged: Endpoint = { ...endpoint, ...environment.overrides?.[endpoint.name] };
  return {
    ...merged,
    compute: merged.compute ?? 'lambda',
    door: merged.door ?? (merged.auth.kind === 'api-key' ? 'rest-api' : 'http-api'),
    architecture: merged.architecture ?? 'arm64',
    concurrency: merged.concurrency ?? {},
    // 250 ms is a thousand times what a text takes: it tells a broken model from a busy minute.
    alarms: { p99Ms: merged.alarms?.p99Ms ?? 250, faults: merged.alarms?.faults ?? 1 },
  };
}

/** The name of everything that one endpoint has in one environment. */
export function fullName(environment: Environment, endpoint: Endpoint): string {
  return `hearth-${environment.name}-${endpoint.name}`;
}
