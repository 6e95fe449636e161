import * as fs from 'node:fs';
import * as path from 'node:path';
import type { Resource, Template } from './changes.js';

const { prices } = JSON.parse(fs.readFileSync(path.join(__dirname, '..', '..', 'prices.json'), 'utf8')) as { prices: Readonly<Record<string, { usd: number }>> };
const usd = (name: string): number => prices[name]!.usd;
/** AWS counts so many hours a month. */
const HOURS = 730;

/**
 * Dollars a month that a template costs without a single request, by what costs them: what is paid by
 * the hour or the month whether it is used or not. What is paid by use is not in a template.
 */
export function standing({ Resources }: Template): ReadonlyMap<string, number> {
  const out = new Map<string, number>();
  const add = (what: string, dollars: number): void => void (dollars > 0 && out.set(what, (out.get(what) ?? 0) + dollars));
  const all = Object.values(Resources ?? {});
  for (const resource of all) {
    const values = (resource.Properties ?? {}) as Record<string, any>;
    switch (resource.Type) {
      case 'AWS::CloudWatch::Alarm':
        add('alarms', alarmMetrics(values) * usd('alarm_metric'));
        break;
      case 'AWS::CloudWatch::Dashboard':
        // Three are free in an account, and which ones is not to be seen here.
        break;
      case 'AWS::Lambda::Alias':
        add('concurrency that is kept warm', provisioned(values, all));
        break;
      case 'AWS::ElasticLoadBalancingV2::LoadBalancer':
        add('load balancers', HOURS * (usd('balancer_hour') + (values['Scheme'] === 'internal' ? 0 : (values['Subnets']?.length ?? 2) * usd('address_hour'))));
        break;
      case 'AWS::ECS::Service':
        add('tasks', tasks(values, all));
        break;
      default:
    }
  }
  return out;
}

function alarmMetrics(values: Record<string, any>): number {
  const metrics = values['Metrics'] as { MetricStat?: unknown; Expression?: string }[] | undefined;
  if (metrics === undefined) return 1;
  // Anomaly detection counts its metric and the two edges of the band.
  const band = metrics.some(({ Expression }) => Expression?.startsWith('ANOMALY_DETECTION_BAND') ?? false) ? 2 : 0;
  return band + metrics.filter(({ MetricStat }) => MetricStat !== undefined).length;
}

function provisioned(values: Record<string, any>, all: readonly Resource[]): number {
  const count = Number(values['ProvisionedConcurrencyConfig']?.ProvisionedConcurrentExecutions ?? 0);
  if (count === 0) return 0;
  const memory = Math.max(...all.filter(({ Type }) => Type === 'AWS::Lambda::Function').map(({ Properties }) => Number(Properties?.['MemorySize'] ?? 128)));
  return count * (memory / 1024) * 3600 * HOURS * usd('provisioned_gb_second');
}

/** Tasks as many as are wanted at first; scaling may add some. */
function tasks(values: Record<string, any>, all: readonly Resource[]): number {
  const least = all.filter(({ Type }) => Type === 'AWS::ApplicationAutoScaling::ScalableTarget').map(({ Properties }) => Number(Properties?.['MinCapacity'] ?? 1));
  const count = Number(values['DesiredCount'] ?? least[0] ?? 1);
  const [definition] = all.filter(({ Type }) => Type === 'AWS::ECS::TaskDefinition');
  const cpu = Number(definition?.Properties?.['Cpu'] ?? 0) / 1024;
  const memory = Number(definition?.Properties?.['Memory'] ?? 0) / 1024;
  const addresses = values['NetworkConfiguration']?.AwsvpcConfiguration?.AssignPublicIp === 'ENABLED' ? usd('address_hour') : 0;
  return count * HOURS * (cpu * usd('fargate_vcpu_hour') + memory * usd('fargate_gb_hour') + addresses);
}

const total = (of: ReadonlyMap<string, number>): number => [...of.values()].reduce((sum, one) => sum + one, 0);

export interface PriceChange {
  readonly before: number;
  readonly after: number;
  /** Parts that differ, with their dollars. */
  readonly parts: readonly { readonly what: string; readonly before: number; readonly after: number }[];
}

export function priceChange(before: Template, after: Template): PriceChange {
  const [old, now] = [standing(before), standing(after)];
  const parts = [...new Set([...old.keys(), ...now.keys()])].sort().map((what) => ({ what, before: old.get(what) ?? 0, after: now.get(what) ?? 0 }));
  return { before: total(old), after: total(now), parts: parts.filter((part) => Math.abs(part.after - part.before) >= 0.005) };
}
