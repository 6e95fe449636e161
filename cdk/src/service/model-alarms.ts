import { Duration } from 'aws-cdk-lib';
import type * as cw from 'aws-cdk-lib/aws-cloudwatch';
import type { Construct } from 'constructs';
import { answering, type ResolvedEndpoint, shadows } from '../endpoint.js';
import type { Anomaly } from '../types.js';
import { type EndpointProps, ownMetric, series } from './watched.js';

interface ModelAlarm {
  readonly name: string;
  readonly metric: string;
  readonly fires: 'above' | 'below';
  readonly description: string;
}

/** The alarms on a model's inputs and predictions. */
const ALARMS: Readonly<Record<Anomaly, ModelAlarm>> = {
  drift: {
    name: 'drift', metric: 'drift.psi_max', fires: 'above',
    description: 'Inputs or predictions differ from the rows that the model was trained on: drift.psi on the dashboard shows the column.',
  },
  confidence: {
    name: 'confidence', metric: 'prediction.confidence', fires: 'below',
    description: 'The mean probability of the predicted label has fallen.',
  },
  unknownWords: {
    name: 'unknown-words', metric: 'input.oov_ratio', fires: 'above',
    description: 'More words are unknown to the model: another language, another product, or a form that changed.',
  },
  agreement: {
    name: 'agreement', metric: 'shadow.agreement', fires: 'below',
    description: 'The shadow predicts other labels than the answering model.',
  },
};

/** A quiet endpoint needs about an hour for the rows that drift is computed from. */
const HOUR = Duration.hours(1);

/**
 * Alarms on a model's inputs and predictions, for each variant. They notify only: the previous
 * version of the model would get the same requests.
 */
export function modelAlarms(scope: Construct, props: EndpointProps): cw.AlarmBase[] {
  const { environment, endpoint, alerts } = props;
  const out: cw.AlarmBase[] = [];
  for (const kind of Object.keys(ALARMS) as Anomaly[]) {
    const { name, metric, fires, description } = ALARMS[kind];
    const threshold = thresholdOf(endpoint, kind);
    const watched = kind === 'agreement' ? shadows(endpoint) : answering(endpoint);
    for (const { variant, dimensions } of series(environment, endpoint, watched)) {
      const choice = { name: variant === undefined ? name : `${name}-${variant}`, section: name, metric: ownMetric(metric, dimensions, 'Average', HOUR), fires, description };
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
