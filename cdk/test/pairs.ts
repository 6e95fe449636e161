import * as fs from 'node:fs';
import * as path from 'node:path';
import { App } from 'aws-cdk-lib';
import { build } from '../src/app.js';
import { type Config, faults } from '../src/check.js';
import type { Endpoint } from '../src/types.js';
import { listed, releaseOf } from './fixtures.js';

/**
 * Writes assemblies in which every two options of config.ts that can stand together do so at least
 * once, in the three environments of config.ts: pairs.ts FOLDER. Each has a folder of its number with
 * its templates, those of a rollback under rollback/, and rows.json says what was chosen. One process
 * makes them all; what cdk-nag or CloudFormation's rules find is written to findings.json.
 */
const [, , outdir = '.'] = process.argv;

/** The options, by what they are called in rows.json; each value is one that an endpoint can have. */
const FACTORS = {
  auth: ['iam', 'jwt', 'api-key', 'network', 'public'],
  door: ['http-api', 'rest-api', 'function-url'],
  compute: ['lambda', 'fargate'],
  domain: ['none', 'own', 'zone'],
  capture: ['none', 'share', 'retrain'],
  variants: ['none', 'two', 'shadow'],
  batch: ['none', 'batch', 'starts'],
  anomalies: ['none', 'all'],
  emf: ['request', 'window', 'off'],
  concurrency: ['none', 'reserved', 'provisioned'],
  cors: ['none', 'origins'],
  architecture: ['arm64', 'x86_64'],
};
/** Options that go with every other one. */
const FREE = {
  tracing: ['off', 'sampled'],
  accessLog: ['all', 'off'],
  platformLog: ['all', 'warnings'],
};
type Row = { readonly [factor in keyof typeof FACTORS | keyof typeof FREE]: string };

const AUTH: Readonly<Record<string, Endpoint['auth']>> = {
  'iam': { kind: 'iam' },
  'jwt': { kind: 'jwt', issuer: 'https://login.example.com/', audiences: ['hearth'] },
  'api-key': { kind: 'api-key', requestsPerDay: 1000 },
  'network': { kind: 'network', cidrs: ['10.0.0.0/8'] },
  'public': { kind: 'public' },
};
const STARTS = { schedule: 'cron(0 6 * * ? *)', input: 'input/day={latest}/', onArrival: 'input/arrivals/', reads: ['parquet', 'list', 'inventory'] as const };
const two = [{ name: 'old', model: 'model.hearth', weight: 90 }, { name: 'new', model: 'other.hearth', weight: 10 }];
const shadow = { name: 'next', model: 'next.hearth', weight: 0 };

function endpointOf(row: Row): Endpoint {
  const domain: Endpoint['domain'] = {
    name: 'messages.example.com',
    certificateArn: 'arn:aws:acm:eu-west-1:111122223333:certificate/00000000-0000-0000-0000-000000000000',
    ...(row.domain === 'zone' ? { zone: { id: 'Z0123456789ABCDEFGHIJ', name: 'example.com' } } : {}),
  };
  const anomalies = row.variants === 'shadow' ? ['drift', 'confidence', 'unknownWords', 'agreement'] as const : ['drift', 'confidence', 'unknownWords'] as const;
  const isTask = row.compute === 'fargate';
  return {
    name: 'messages', model: 'model.hearth', memoryMiB: 1024, timeoutSeconds: 10,
    auth: AUTH[row.auth]!,
    emf: row.emf as Endpoint['emf'],
    architecture: row.architecture as Endpoint['architecture'],
    compute: row.compute as Endpoint['compute'],
    tracing: row.tracing as Endpoint['tracing'],
    accessLog: row.accessLog as Endpoint['accessLog'],
    platformLog: row.platformLog as Endpoint['platformLog'],
    // Fargate has no door: whatever the row says of it stays out.
    ...(isTask ? { fargate: { cpu: 512, tasks: { min: 1, max: 3 } } } : { door: row.door as Endpoint['door'] }),
    ...(row.domain === 'none' ? {} : { domain }),
    ...(row.capture === 'none' ? {} : { capture: { share: 0.5, redact: ['email'], keepDays: 30, ...(row.capture === 'retrain' ? { retrain: true } : {}) } }),
    ...(row.variants === 'none' ? {} : { variants: row.variants === 'two' ? two : [...two, shadow] }),
    ...(row.batch === 'none' ? {} : { batch: { memoryMiB: 1769, timeoutSeconds: 900, concurrency: 10, toleratedFailurePercentage: 5, ...(row.batch === 'batch' ? {} : STARTS) } }),
    ...(row.anomalies === 'none' ? {} : { alarms: { anomalies } }),
    ...(row.concurrency === 'none' ? {} : { concurrency: row.concurrency === 'reserved' ? { reserved: 5 } : { reserved: 5, provisioned: 1 } }),
    ...(row.cors === 'none' ? {} : { cors: { origins: ['https://example.com'] } }),
  };
}

/** Staging also tells programs of its alarms. */
const applications = { subscribers: ['https://example.com/alarms', 'arn:aws:sqs:eu-west-1:111122223333:alarms'] };
const environments = listed.environments.map((environment) => (environment.name === 'staging' ? { ...environment, applications } : environment));
const configOf = (row: Row): Config => ({ ...listed, environments, endpoints: [endpointOf(row)] });

/** The checks of config.ts decide what can stand together, so that no second list of it is here. */
const rowsOf = (factors: Readonly<Record<string, readonly string[]>>): Row[] =>
  Object.entries(factors).reduce<object[]>((rows, [key, values]) => rows.flatMap((row) => values.map((value) => ({ ...row, [key]: value }))), [{}]) as Row[];
const free = rowsOf(FREE);
const valid = rowsOf(FACTORS).filter((row) => {
  // Of a task the door says nothing: one value stands for all.
  if (row.compute === 'fargate' && row.door !== 'http-api') return false;
  const config = configOf({ ...row, ...free[0] });
  return faults(config, releaseOf(config)).length === 0;
  // A stride that no other factor has gives each row one of the free options' combinations.
}).map((row, index) => ({ ...row, ...free[(index * 5 + Math.floor(index / 11)) % free.length] }));
const keys = [...Object.keys(FACTORS), ...Object.keys(FREE)] as (keyof Row)[];
const pairsOf = (row: Row): string[] => keys.flatMap((a, index) => keys.slice(index + 1).map((b) => `${a}=${row[a]} ${b}=${row[b]}`));
const possible = new Set(valid.flatMap(pairsOf));

/**
 * Greedy cover: the row with the most pairs that no row has yet, until none is left. A generator of
 * combinations from npm (covertable 2.5.2) left out most pairs under constraints as tight as these.
 */
const rows: Row[] = [];
const open = new Set(possible);
const candidates = valid.map((row) => ({ row, pairs: pairsOf(row) }));
while (open.size > 0) {
  const count = ({ pairs }: { readonly pairs: string[] }): number => pairs.reduce((sum, pair) => sum + Number(open.has(pair)), 0);
  const best = candidates.reduce((a, b) => (count(b) > count(a) ? b : a));
  rows.push(best.row);
  for (const pair of best.pairs) open.delete(pair);
}

const { context } = JSON.parse(fs.readFileSync(path.join(__dirname, '..', 'cdk.json'), 'utf8')) as { context: Record<string, unknown> };
const findings: Record<string, string> = {};
rows.forEach((row, number) => {
  const config = configOf(row);
  for (const isRollback of [false, true]) {
    // The rules look at what is deployed every day; a rollback differs from it in alarms and traffic only.
    process.env['CDK_VALIDATION'] = String(!isRollback);
    const app = new App({ context, outdir: path.join(outdir, String(number), isRollback ? 'rollback' : '.') });
    build(app, config, { release: releaseOf(config), isRollback });
    try {
      app.synth();
    } catch (error) {
      findings[String(number)] = (error as Error).message;
    }
  }
});
fs.writeFileSync(path.join(outdir, 'rows.json'), JSON.stringify(rows));
fs.writeFileSync(path.join(outdir, 'findings.json'), JSON.stringify(findings));
console.log(`${rows.length} configurations have each of the ${possible.size} pairs of options that can stand together`);
