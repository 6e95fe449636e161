import type { Config } from './check.js';
import { resolve } from './endpoint.js';
import type { Environment } from './types.js';

/**
 * The options of one environment for which the foundation gives the role of CloudFormation more than it
 * has without them, sorted, with commas between; `basic` where there is none. The foundation's stack
 * remembers them, so that a deployment which needs more stops with a sentence and not half way.
 */
export function grants({ endpoints }: Config, environment: Environment): string {
  const out = new Set<string>();
  for (const listed of endpoints) {
    const { alarms, batch, capture, compute, domain, door } = resolve(listed, environment);
    if (door === 'rest-api') out.add('rest-api');
    if (capture !== undefined) out.add('capture');
    if (capture?.retrain === true) out.add('retrain');
    if (batch?.schedule !== undefined) out.add('schedule');
    if (batch?.onArrival !== undefined) out.add('arrival');
    if (alarms.anomalies.length > 0) out.add('anomalies');
    if (compute === 'fargate') out.add('fargate');
    if (domain !== undefined && compute === 'lambda') out.add('domain');
    if (domain?.zone !== undefined) out.add(`zone ${domain.zone.id}`);
  }
  return out.size === 0 ? 'basic' : [...out].sort().join(',');
}
