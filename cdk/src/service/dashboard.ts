import { Duration } from 'aws-cdk-lib';
import * as cw from 'aws-cdk-lib/aws-cloudwatch';
import { Construct } from 'constructs';
import { fullName, type ResolvedEndpoint } from '../endpoint.js';
import { isOfBatch, statistics, TABLE, type TableMetric } from '../metrics.js';
import type { Released } from '../release.js';
import type { Environment } from '../types.js';
import { ownMetric, type Watched } from './watched.js';

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
    this.page.addWidgets(...TABLE.filter((metric) => !isOfBatch(metric)).map((metric) => graph(metric, name)));
    if (endpoint.batch !== undefined) this.page.addWidgets(...TABLE.filter(isOfBatch).map((metric) => graph(metric, `${name}-batch`)));
    this.page.addWidgets(new cw.LogQueryWidget({
      title: 'Requests refused or failed',
      logGroupNames: [watched.logs.logGroupName],
      queryLines: ['filter ispresent(code)', 'stats count(*) as requests by code, status', 'sort requests desc'],
      width: WIDTH,
      height: 4,
    }));
  }
}

function graph(metric: TableMetric, service: string): cw.GraphWidget {
  return new cw.GraphWidget({
    // The help is the sentence of the table; a title holds one line.
    title: `${metric.name}: ${metric.help}`,
    left: statistics(metric).map((statistic) => ownMetric(metric.name, service, statistic).with({ label: statistic })),
    leftYAxis: { label: metric.unit === 'None' ? 'share' : metric.unit, showUnits: false, min: 0 },
    width: WIDTH / 3,
    height: 5,
  });
}
