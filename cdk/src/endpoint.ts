import type { Alarms, Anomaly, Batch, Endpoint, Environment, Variant } from './types.js';

/** An endpoint in one environment, with nothing left to default. */
export interface ResolvedEndpoint extends Endpoint {
  readonly compute: 'lambda' | 'fargate';
  readonly door: 'http-api' | 'rest-api' | 'function-url';
  readonly architecture: 'arm64' | 'x86_64';
  readonly concurrency: { readonly reserved?: number; readonly provisioned?: number };
  readonly alarms: Alarms & { readonly p99Ms: number; readonly faults: number; readonly drift: number | 'off'; readonly anomalies: readonly Anomaly[] };
  readonly emf: 'request' | 'window' | 'off';
  readonly tracing: 'off' | 'sampled';
  readonly accessLog: 'all' | 'off';
  readonly platformLog: 'all' | 'warnings';
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
    // At a line a request, metrics cost more than the requests' compute: docs/deploy.md has the table.
    emf: merged.emf ?? 'window',
    tracing: merged.tracing ?? 'off',
    accessLog: merged.accessLog ?? 'all',
    platformLog: merged.platformLog ?? 'all',
    alarms: {
      ...merged.alarms,
      // 250 ms is a thousand times what a text takes: it tells a broken model from a busy minute.
      p99Ms: merged.alarms?.p99Ms ?? 250,
      faults: merged.alarms?.faults ?? 1,
      // Siddiqi, Credit Risk Scorecards (2006): from 0.25 on a population has shifted.
      drift: merged.alarms?.drift ?? (merged.emf === 'off' ? 'off' : 0.25),
      anomalies: merged.alarms?.anomalies ?? [],
    },
  };
}

/** The variants that score what others answer. */
export const shadows = (endpoint: Endpoint): readonly Variant[] => (endpoint.variants ?? []).filter(({ weight }) => weight === 0);

/** The variants that answer; undefined where there are no variants. */
export const answering = (endpoint: Endpoint): readonly Variant[] | undefined => endpoint.variants?.filter(({ weight }) => weight > 0);

/** The name of everything that one endpoint has in one environment. */
export function fullName(environment: Environment, endpoint: Endpoint): string {
  return `hearth-${environment.name}-${endpoint.name}`;
}
