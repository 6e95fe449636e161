import * as fs from 'node:fs';
import * as path from 'node:path';
import { App } from 'aws-cdk-lib';
import type { Config } from '../src/check.js';
import { type Built, build } from '../src/app.js';
import type { Release } from '../src/release.js';
import type { Endpoint, Environment } from '../src/types.js';
import * as example from './example.js';

/** The shipped config.ts, in the account number that AWS keeps for documentation. */
export const listed: Config = { ...example };

export const digest = (letter: string): string => `sha256:${letter.repeat(64)}`;

export function releaseOf(config: Config, letter = 'a', bytes = 560_865): Release {
  return Object.fromEntries(config.endpoints.map(({ name }) => [name, { digest: digest(letter), version: 'c73cf5a36097', bytes }]));
}

const domain = (name: string): Endpoint['domain'] => ({
  name: `${name}.example.com`,
  certificateArn: 'arn:aws:acm:eu-west-1:111122223333:certificate/00000000-0000-0000-0000-000000000000',
  zone: { id: 'Z0123456789ABCDEFGHIJ', name: 'example.com' },
});

/** One endpoint for each way to be reached: together they use every option there is. */
export const every: readonly Endpoint[] = [
  { name: 'signed', model: 'a.hearth', memoryMiB: 512, timeoutSeconds: 10, auth: { kind: 'iam' }, emf: 'request', tracing: 'sampled',
    concurrency: { reserved: 20, provisioned: 2 },
    capture: { share: 0.1, redact: ['email', 'name'], keepDays: 90, retrain: true },
    alarms: { confidence: 0.6, unknownWords: 0.4, anomalies: ['drift', 'confidence', 'unknownWords'] },
    batch: { memoryMiB: 1769, timeoutSeconds: 900, concurrency: 40, toleratedFailurePercentage: 5, id: 'id',
      schedule: 'cron(0 6 * * ? *)', timeZone: 'Europe/Berlin', input: 'input/year={yyyy-1d}/month={MM-1d}/day={dd-1d}/', waitMinutes: 60, onArrival: 'input/arrivals/',
      reads: ['parquet', 'list', 'inventory'] } },
  { name: 'token', model: 'a.hearth', memoryMiB: 512, timeoutSeconds: 10, domain: domain('token'), cors: { origins: ['https://example.com'] },
    accessLog: 'off', auth: { kind: 'jwt', issuer: 'https://login.example.com/', audiences: ['hearth'] } },
  { name: 'key', model: 'b.hearth', memoryMiB: 512, timeoutSeconds: 10, architecture: 'x86_64', cors: { origins: ['https://example.com'] },
    auth: { kind: 'api-key', requestsPerDay: 10_000 } },
  { name: 'url', model: 'b.hearth', memoryMiB: 512, timeoutSeconds: 60, door: 'function-url', concurrency: { reserved: 5 }, auth: { kind: 'iam' },
    emf: 'off', platformLog: 'warnings' },
  { name: 'open', model: 'b.hearth', memoryMiB: 512, timeoutSeconds: 10, auth: { kind: 'public' },
    variants: [{ name: 'old', model: 'b.hearth', weight: 90 }, { name: 'new', model: 'a.hearth', weight: 10 }, { name: 'next', model: 'c.hearth', version: 'c#prod', weight: 0 }],
    variantBy: 'header:x-customer', shadowSample: 0.5, emf: 'window', alarms: { anomalies: ['agreement'] } },
  { name: 'task', model: 'b.hearth', memoryMiB: 1024, timeoutSeconds: 10, compute: 'fargate', domain: domain('task'),
    capture: { share: 1, keepDays: 7 },
    auth: { kind: 'network', cidrs: ['10.0.0.0/8'] }, fargate: { cpu: 512, tasks: { min: 2, max: 6 } } },
];
export const everything: Config = {
  ...listed,
  endpoints: every,
  environments: [{ name: 'every', canary: { percent: 10, minutes: 5 }, throttle: { rate: 50, burst: 100 }, logRetentionDays: 30, protect: false,
    applications: { subscribers: ['https://example.com/alarms', 'arn:aws:sqs:eu-west-1:111122223333:alarms'] } }],
};

const settings = JSON.parse(fs.readFileSync(path.join(__dirname, '..', 'cdk.json'), 'utf8')) as { context: Record<string, unknown> };

export interface Made extends Built {
  readonly app: App;
}

export function made(config: Config, release = releaseOf(config), isRollback = false, isFirst = false): Made {
  const app = new App({ context: settings.context });
  return { app, ...build(app, config, { release, isRollback, isFirst }) };
}

/** The list with one endpoint, or one environment, changed. */
export const withEndpoint = (change: Partial<Endpoint>): Config => ({ ...listed, endpoints: [{ ...listed.endpoints[0]!, ...change }] });
export const withEnvironment = (change: Partial<Environment>): Config => ({ ...listed, environments: [{ ...listed.environments[2]!, ...change }] });
