import * as fs from 'node:fs';
import * as path from 'node:path';
import { Template } from 'aws-cdk-lib/assertions';
import { describe, expect, it } from 'vitest';
import * as yours from '../config.js';
import { ACCESS_LOG } from '../src/service/door-http.js';
import { listed, made, withEndpoint } from './fixtures.js';

// cdk/prices.json against the templates, README and docs. What the function itself writes smoke.py holds it to;
// the bill and the price of a million requests, the tests of `hearth emf cost`.

const read = (file: string): string => fs.readFileSync(path.join(__dirname, '../..', file), 'utf8');
const { date, deployed, prices } = JSON.parse(read('cdk/prices.json')) as {
  date: string; deployed: Record<string, number>; prices: Record<string, { usd: number; source: string }>;
};
const usd = (name: string): number => prices[name]!.usd;
/** AWS counts so many hours a month. */
const HOURS = 730;

it.skipIf(yours.project.account !== listed.project.account)('config.ts as it is shipped is what the tests deploy and the bill is of', () => {
  expect({ endpoints: yours.endpoints, environments: yours.environments }).toEqual({ endpoints: listed.endpoints, environments: listed.environments });
});

describe('what is deployed', () => {
  /** An alarm is paid for by the metrics that it reads. */
  const alarmMetrics = (change: Parameters<typeof withEndpoint>[0]): number => {
    const alarms = Object.values(Template.fromStack(made(withEndpoint(change)).services['prod']!).findResources('AWS::CloudWatch::Alarm'));
    return alarms.reduce((sum, { Properties }) => sum + ((Properties.Metrics as { MetricStat?: unknown }[] | undefined)?.filter(({ MetricStat }) => MetricStat !== undefined).length ?? 1), 0);
  };
  it('has so many alarms, and so much memory', () => {
    expect(alarmMetrics({})).toBe(deployed['alarm_metrics']);
    expect(alarmMetrics({ emf: 'off' })).toBe(deployed['alarm_metrics_without_emf']);
    expect(listed.endpoints[0]!.memoryMiB).toBe(deployed['memory_mb']);
  });
  it('writes so many bytes of access log', () => {
    const values: Record<string, string> = {
      requestId: 'W1kqXhZ9IAMEJbA=', requestTimeEpoch: '1767340725318', 'identity.sourceIp': '192.0.2.17', routeKey: 'POST /{path+}',
      status: '200', responseLatency: '3', responseLength: '312', 'error.message': '-',
    };
    const line = ACCESS_LOG.replace(/\$context\.([\w.]+)/g, (_, name: string) => values[name]!);
    expect(line.length).toBe(deployed['access_log_bytes']);
  });
  it('has so many bytes of lines from Lambda itself', () => {
    // As they stand in a log: docs.aws.amazon.com/lambda/latest/dg/monitoring-cloudwatchlogs-view.html
    const id = 'RequestId: 8f507cfc-2b4a-4697-b07a-ac58fc914c95';
    const lines = [`START ${id} Version: 12\n`, `END ${id}\n`, `REPORT ${id}\tDuration: 1.02 ms\tBilled Duration: 2 ms\tMemory Size: 512 MB\tMax Memory Used: 13 MB\t\n`];
    expect(lines.join('').length).toBe(deployed['platform_bytes']);
  });
  it('takes as long as docs/benchmarks.md measured, and the start of Lambda that bench adds', () => {
    const cells = /^\| \*\*hearth\*\*, example model \| .*$/m.exec(read('docs/benchmarks.md'))![0].split('|').map((cell) => cell.trim());
    const [init, first, warm] = [cells[2], cells[4], cells[5]!.split(' / ')[0]].map(Number) as [number, number, number];
    const platform = Number(/platform_ms: ([\d.]+)/.exec(read('tests/bench/options.rs'))![1]);
    expect(Math.ceil(warm)).toBe(deployed['warm_ms']);
    expect(Math.ceil(platform + init + first)).toBe(deployed['cold_ms']);
    expect(read('README.md')).toContain(`for ${cells[9]} dollars per million requests`);
  });
});

describe('docs/deploy.md', () => {
  const page = read('docs/deploy.md');
  /** The row of the monthly table that begins so. */
  const row = (part: string): string => page.split('\n').find((line) => line.startsWith(`| ${part}`) && /[ ,]/.test(line[part.length + 2]!))!;
  const cents = (amount: number): string => amount.toFixed(2);
  it.each([
    ['models in S3', `${cents(usd('s3_gigabyte_month'))} and ${cents(usd('ecr_gigabyte_month'))} per GB`],
    ['alarms', `${cents(deployed['alarm_metrics']! * usd('alarm_metric'))} per endpoint and environment: ${deployed['alarm_metrics']} metrics at ${cents(usd('alarm_metric'))}`],
    ['`alarms.anomalies`', `${cents(3 * usd('alarm_metric'))} each`],
    ['dashboard', `${cents(usd('dashboard'))} each`],
    ['logs kept', `${cents(usd('log_gigabyte_month'))} per GB`],
    ['`capture`', `${cents(usd('alarm_metric'))} for its alarm`],
    ['`capture`', `from ${cents(usd('firehose_gigabyte') + usd('firehose_unpacked_gigabyte'))} per GB for Firehose`],
    ['`capture`', `S3 ${cents(usd('s3_gigabyte_month'))} per GB kept; Athena ${usd('athena_terabyte')} per TB read`],
    ['`batch`', `${cents(2 * usd('alarm_metric'))} for its alarm, on 2 metrics`],
    ['`batch`', `Step Functions ${usd('transition_thousand')} per 1,000 state transitions`],
    ['`batch.schedule`', `${cents(2 * usd('alarm_metric'))} for its 2 alarms`],
    ['`batch.schedule`', `the scheduler ${cents(usd('scheduler_million'))} per million starts`],
    ['`batch.onArrival`', `${cents(usd('alarm_metric'))} for its alarm`],
    ['`batch.onArrival`', `S3's events ${cents(usd('event_million'))} per million objects`],
    ['`applications`', `${cents(usd('message_million'))} per million messages to addresses`],
    ['`concurrency.provisioned`', `about ${cents(Number((deployed['memory_mb']! / 1024 * 3600 * HOURS * usd('provisioned_gb_second')).toFixed(1)))} each, at ${deployed['memory_mb']} MiB`],
    // The balancer with an address in each of two zones, and one task of half a processor and a GB with one.
    ["`compute: 'fargate'`", `from about ${Math.floor(HOURS * (usd('balancer_hour') + 3 * usd('address_hour') + 0.5 * usd('fargate_vcpu_hour') + usd('fargate_gb_hour')) / 5) * 5}`],
  ])('has of %s: %s', (part, wanted) => expect(row(part)).toContain(wanted));
});

it('each price has a date and a page', () => {
  expect(date).toMatch(/^20\d\d-\d\d-\d\d$/);
  for (const { usd: amount, source } of Object.values(prices)) expect(amount > 0 && source.startsWith('https://aws.amazon.com/')).toBe(true);
});
