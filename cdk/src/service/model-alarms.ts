import { Duration } from 'aws-cdk-lib';
import type * as cw from 'aws-cdk-lib/aws-cloudwatch';
import type { Construct } from 'constructs';
import { answering, type ResolvedEndpoint, shadows } from '../endpoint.js';
import type { Anomaly } from '../types.js';
import { type EndpointProps, ownMetric, series } from './watched.js';

interface Told {
  readonly name: string;
  readonly metric: string;
  readonly fires: 'above' | 'below';
  readonly description: string;
}

/** What a person reads in a mail: what it means, and where to look on. */
const TOLD: Readonly<Record<Anomaly, Told>> = {
  drift: {
    name: 'drift', metric: 'drift.psi_max', fires: 'above',
    description: 'What is asked is not what the model was trained on: drift.psi on the dashboard says which column.',
  },
  confidence: {
    name: 'confidence', metric: 'prediction.confidence', fires: 'below',
    description: 'The model is less sure of its answers than it was: compare what is asked with what it was trained on.',
  },
  unknownWords: {
    name: 'unknown-words', metric: 'input.oov_ratio', fires: 'above',
    description: 'More of the words are unknown to the model: another language, another product, or a form that changed.',
  },
  agreement: {
    name: 'agreement', metric: 'shadow.agreement', fires: 'below',
    description: 'The shadow answers otherwise than the model that serves: look at its answers before it is given requests.',
  },
};

/** As long as it takes a quiet endpoint to have the rows that drift is told from. */
const HOUR = Duration.hours(1);

/**
 * Alarms on what a model sees and says. They tell and take nothing back: another version of the
 * model would be asked the same. An alarm a variant, since each has a model of its own.
 */
export function modelAlarms(scope: Construct, props: EndpointProps): cw.AlarmBase[] {
  const { environment, endpoint, alerts } = props;
  const out: cw.AlarmBase[] = [];
  for (const kind of Object.keys(TOLD) as Anomaly[]) {
    const { name, metric, fires, description } = TOLD[kind];
    const threshold = thresholdOf(endpoint, kind);
    const watched = kind === 'agreement' ? shadows(endpoint) : answering(endpoint);
    for (const { variant, dimensions } of series(environment, endpoint, watched)) {
      const choice = { name: variant === undefined ? name : `${name}-${variant}`, metric: ownMetric(metric, dimensions, 'Average', HOUR), fires, description };
      if (threshold !== undefined) out.push(alerts.alarm(scope, endpoint, { ...choice, threshold }));
      if (endpoint.alarms.anomalies.includes(kind)) out.push(alerts.anomaly(scope, endpoint, choice));
    }
  }
  return out;
}

function thresholdOf(endpoint: ResolvedEndpoint, kind: Anomaly): number | undefined {
  const { alarms, emf } = endpoint;
  const byDefault = kind === 'agreement' && emf !== 'off' && shadows(endpoint).length > 0 ? 0.9 : undefined;
  const threshold = alarms[kind] ?? byDefault;
  return threshold === 'off' ? undefined : threshold;
}
