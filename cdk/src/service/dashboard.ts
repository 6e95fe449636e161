import { Duration } from 'aws-cdk-lib';
import * as cw from 'aws-cdk-lib/aws-cloudwatch';
import { Construct } from 'constructs';
import { fullName, type ResolvedEndpoint, shadows } from '../endpoint.js';
import { isOfBatch, NAMESPACE, TABLE, type TableMetric } from '../metrics.js';
import type { Released } from '../release.js';
import type { Environment } from '../types.js';
import { type Dimensions, ownMetric, type Series, series, type Watched } from './watched.js';

const WIDTH = 24;

/** One page an environment: alarms, what came in and out, and every metric of the function's own table. */
export class Dashboard extends Construct {
  private readonly page: cw.Dashboard;

  constructor(scope: Construct, id: string, private readonly environment: Environment) {
    super(scope, id);
    this.page = new cw.Dashboard(this, 'Page', { dashboardName: `hearth-${environment.name}-overview`, defaultInterval: Duration.hours(3) });
  }

  add(endpoint: ResolvedEndpoint, released: Released, watched: Watched): void {
    const name = fullName(this.environment, endpoint);
    this.page.addWidgets(
      new cw.TextWidget({ markdown: `## ${endpoint.name}\nModel ${released.version}`, width: WIDTH / 4, height: 4 }),
      new cw.AlarmStatusWidget({ title: 'Alarms', alarms: [...watched.alarms], width: WIDTH / 4, height: 4 }),
      new cw.GraphWidget({ title: 'Requests', left: [watched.requests, watched.clientErrors, watched.serverErrors], width: WIDTH / 4, height: 4 }),
      new cw.GraphWidget({ title: 'Host', left: [...watched.others], width: WIDTH / 4, height: 4 }),
    );
    if (endpoint.emf !== 'off') this.page.addWidgets(...TABLE.filter((metric) => isWritten(metric, endpoint)).map((metric) => this.graph(metric, endpoint)));
    if (endpoint.batch !== undefined) {
      const dimensions = { service: `${name}-batch` };
      this.page.addWidgets(...TABLE.filter(isOfBatch).map((metric) => graph(metric, metric.statistics.map((statistic) => ownMetric(metric.name, dimensions, statistic).with({ label: statistic })))));
    }
    this.page.addWidgets(new cw.LogQueryWidget({
      title: 'Requests refused or failed',
      logGroupNames: [watched.logs.logGroupName],
      queryLines: ['filter ispresent(code)', 'stats count(*) as requests by code, status', 'sort requests desc'],
      width: WIDTH,
      height: 4,
    }));
  }

  /** A line a statistic; of a variant each where there are variants, and of each value where the metric has a dimension of its own. */
  private graph(metric: TableMetric, endpoint: ResolvedEndpoint): cw.GraphWidget {
    const isSearched = metric.dimension !== null && metric.dimension !== 'variant';
    const lines = this.series(metric, endpoint).flatMap(({ variant, dimensions }) => metric.statistics.map((statistic) => isSearched
      ? searched(metric, dimensions, statistic)
      : ownMetric(metric.name, dimensions, statistic).with({ label: variant === undefined ? statistic : `${variant} ${statistic}` })));
    return graph(metric, lines);
  }

  private series({ name, dimension }: TableMetric, endpoint: ResolvedEndpoint): Series {
    if (dimension === 'variant') return series(this.environment, endpoint, shadows(endpoint));
    // What is refused before a variant was chosen is of none.
    const ofNone = endpoint.variants === undefined ? [] : [{ dimensions: { service: fullName(this.environment, endpoint) } }];
    if (dimension === 'code' && ofNone.length > 0) return ofNone;
    return [...(name === 'error' ? ofNone : []), ...series(this.environment, endpoint)];
  }
}

/** Whether this endpoint ever writes it: an empty graph is a question that nobody can answer. */
function isWritten({ name }: TableMetric, endpoint: ResolvedEndpoint): boolean {
  if (name.startsWith('shadow.')) return shadows(endpoint).length > 0;
  if (name.startsWith('capture.')) return endpoint.capture !== undefined;
  return !name.startsWith('batch.');
}

/** Every series that there is by the metric's own dimension: nobody knows columns, labels and codes before. */
function searched({ name, dimension }: TableMetric, dimensions: Dimensions, statistic: string): cw.SearchExpression {
  const schema = [NAMESPACE, ...Object.keys(dimensions), dimension].join(',');
  const equal = Object.entries({ MetricName: name, ...dimensions }).map(([key, value]) => `${key}="${value}"`);
  const variant = dimensions['variant'] === undefined ? '' : `${dimensions['variant']} `;
  return new cw.SearchExpression({
    expression: `SEARCH('{${schema}} ${equal.join(' ')}', '${statistic}')`,
    label: `${variant}\${PROP('Dim.${dimension}')} ${statistic}`,
    period: Duration.minutes(5),
  });
}

function graph(metric: TableMetric, left: cw.IMetric[]): cw.GraphWidget {
  return new cw.GraphWidget({
    // The help is the sentence of the table; a title holds one line.
    title: `${metric.name}: ${metric.help}`,
    left,
    // What a regression answers, and what a column holds, may be below 0.
    leftYAxis: { label: metric.unit === 'None' ? undefined : metric.unit, showUnits: false, min: /value$|mean$/.test(metric.name) ? undefined : 0 },
    width: WIDTH / 3,
    height: 5,
  });
}
