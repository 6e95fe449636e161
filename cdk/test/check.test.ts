import { describe, expect, it } from 'vitest';
import { type Config, faults } from '../src/check.js';
import { PATIENCE_MINUTES } from '../src/limits.js';
import { parseRelease, readRelease } from '../src/release.js';
import type { Batch, Endpoint, Environment, Project } from '../src/types.js';
import { everything, listed, made, releaseOf, withEndpoint, withEnvironment } from './fixtures.js';

const project = (change: Partial<Project>): Config => ({ ...listed, project: { ...listed.project, ...change } });
const endpoint = listed.endpoints[0]!;
const environment = listed.environments[0]!;
const domain = { name: 'a.example.com', certificateArn: 'arn:aws:acm:eu-west-1:111122223333:certificate/0' };
const task: Partial<Endpoint> = {
  compute: 'fargate', domain, auth: { kind: 'network', cidrs: ['10.0.0.0/8'] }, memoryMiB: 1024, fargate: { cpu: 512, tasks: { min: 1, max: 2 } },
};
const batch = { memoryMiB: 1024, timeoutSeconds: 900, concurrency: 10, toleratedFailurePercentage: 0 };
/** An endpoint whose batch starts by itself, with this changed. */
const starts = (change: Partial<Batch>): Config => withEndpoint({ batch: { ...batch, schedule: 'cron(0 6 * * ? *)', input: 'input/day={dd}/', ...change } });
const own = { name: 'a', model: 'model.hearth', weight: 90 };
const two = [own, { name: 'b', model: 'b.hearth', weight: 10 }];
const shadow = { name: 'c', model: 'c.hearth', weight: 0 };
const variants = (of: Endpoint['variants']): Config => withEndpoint({ variants: of });

/** Each mistake that can be made in config.ts, and the sentence that it gets. */
const mistakes: readonly [string, Config, RegExp][] = [
  ['an account of eleven digits', project({ account: '11112222333' }), /account '11112222333' is not twelve digits/],
  ['an unknown region', project({ region: 'eu-west-9' }), /region 'eu-west-9' is not one that AWS has/],
  ['a repository by its address', project({ repository: 'https://github.com/a/b' }), /is not OWNER\/NAME/],
  ['an owner without a number', project({ repositoryIds: { owner: 0, repository: 1 } }), /repositoryIds.owner is 0; gh api repos\/example\/hearth/],
  ['nobody to hear', project({ alertEmails: [] }), /alertEmails is empty/],
  ['no mail address', project({ alertEmails: ['ops'] }), /'ops', which is no mail address/],
  ['no budget', project({ budgetDollars: 0 }), /an amount above 0/],
  ['no endpoint', { ...listed, endpoints: [] }, /there is no endpoint/],
  ['two endpoints of one name', { ...listed, endpoints: [endpoint, endpoint] }, /two endpoints have the name messages/],
  ['two environments of one name', { ...listed, environments: [environment, environment] }, /two environments have the name dev/],
  ['an environment named as the foundation', withEnvironment({ name: 'foundation' }), /'foundation' cannot be named so/],
  ['a canary of everything', withEnvironment({ canary: { percent: 100, minutes: 5 } }), /a canary of 100 percent is none/],
  ['a canary that ends before an alarm', withEnvironment({ canary: { percent: 50, minutes: 1 } }), /a canary of 1 minutes ends before an alarm can stop it; 5 to 20/],
  ['a canary longer than the pipeline waits', withEnvironment({ canary: { percent: 10, minutes: 25 } }), /outlasts the pipeline, which waits 30/],
  ['a burst below the rate', withEnvironment({ throttle: { rate: 10, burst: 5 } }), /never lets the rate through/],
  ['a retention that CloudWatch has not', withEnvironment({ logRetentionDays: 10 }), /keeps logs for no 10 days/],
  ['a subscriber by mail', withEnvironment({ applications: { subscribers: ['ops@example.com'] } }), /applications.subscribers has 'ops@example.com'; an address that begins with https/],
  ['a subscriber without encryption', withEnvironment({ applications: { subscribers: ['http://example.com'] } }), /begins with https:\/\/ or the ARN of an SQS queue/],
  ['a subscriber twice', withEnvironment({ applications: { subscribers: ['https://a.example.com', 'https://a.example.com'] } }), /has https:\/\/a.example.com twice/],
  ['a FIFO queue', withEnvironment({ applications: { subscribers: ['arn:aws:sqs:eu-west-1:111122223333:alarms.fifo'] } }), /a FIFO queue gets messages of a FIFO topic only/],
  ['a queue of another partition', withEnvironment({ applications: { subscribers: ['arn:aws-cn:sqs:cn-north-1:111122223333:alarms'] } }), /a queue of another partition than eu-west-1/],
  ['an override of nothing', withEnvironment({ overrides: { mesages: {} } }), /overrides names mesages/],
  ['a name in capitals', withEndpoint({ name: 'Messages' }), /the name 'Messages' cannot be/],
  ['a model that is no model file', withEndpoint({ model: 'model.pkl' }), /a \.hearth file was expected/],
  ['a version that no tag can have', withEndpoint({ version: '--force x' }), /version is '--force x', and a tag such as/],
  ['memory beyond Lambda', withEndpoint({ memoryMiB: 20_000 }), /memoryMiB 20000 is outside the 128 to 10240/],
  ['a timeout beyond Lambda', withEndpoint({ timeoutSeconds: 1000, door: 'function-url' }), /timeoutSeconds 1000 is outside the 1 to 900/],
  ['a timeout beyond the API', withEndpoint({ timeoutSeconds: 60 }), /more than the 29 after which http-api gives up/],
  ['an alarm that cannot fire', withEndpoint({ timeoutSeconds: 1, alarms: { p99Ms: 1000 } }), /the alarm at 1000 ms cannot fire/],
  ['no concurrency at all', withEndpoint({ concurrency: { reserved: 0 } }), /concurrency.reserved 0 answers nobody/],
  ['more provisioned than reserved', withEndpoint({ concurrency: { reserved: 1, provisioned: 2 } }), /provisioned 2 is above concurrency.reserved 1/],
  ['networks before a function', withEndpoint({ auth: { kind: 'network', cidrs: ['10.0.0.0/8'] } }), /auth network is for fargate/],
  ['keys at an HTTP API', withEndpoint({ auth: { kind: 'api-key', requestsPerDay: 1 }, door: 'http-api' }), /auth api-key needs door rest-api/],
  ['tokens at a URL', withEndpoint({ door: 'function-url', auth: { kind: 'jwt', issuer: 'https://a', audiences: ['b'] } }), /auth jwt needs door http-api/],
  ['tokens of nobody', withEndpoint({ auth: { kind: 'jwt', issuer: 'a', audiences: [] } }), /needs an issuer that begins with https/],
  ['an open URL without a limit', { ...withEndpoint({ door: 'function-url' }), environments: [listed.environments[2]!] }, /a function URL has no throttle/],
  ['a task size on Lambda', withEndpoint({ fargate: { cpu: 256, tasks: { min: 1, max: 1 } } }), /fargate is given, and compute is lambda/],
  ['a schedule of five fields', starts({ schedule: 'cron(0 6 * * *)' }), /batch.schedule is 'cron\(0 6 \* \* \*\)'; cron\(0 6 \* \* \? \*\) with six fields/],
  ['a schedule with two days', starts({ schedule: 'cron(0 6 * * * *)' }), /day of the month and day of the week, exactly one must be \?/],
  ['a rate of nothing', starts({ schedule: 'rate(0 days)' }), /rate\(1 hour\)/],
  ['a time zone by its offset', starts({ timeZone: '+01:00' }), /batch.timeZone '\+01:00' is none/],
  ['a time zone that is none', starts({ timeZone: 'Europe/Berlim' }), /a name such as Europe\/Berlin was expected/],
  ['a schedule of nothing', starts({ input: undefined }), /batch.schedule needs batch.input/],
  ['an input without a schedule', withEndpoint({ batch: { ...batch, input: 'input/a/' } }), /batch.input is for a schedule, and there is no batch.schedule/],
  ['an input elsewhere', starts({ input: 's3://bucket/day/' }), /it must begin with input\/, which is all that the function may read/],
  ['an input that is half a name', starts({ input: 'input/day' }), /a folder ends with a slash, a table with .csv/],
  ['a placeholder in other letters', starts({ input: 'input/{YYYY}/' }), /batch.input has \{YYYY\}, which is no placeholder/],
  ['a shift without a unit', starts({ input: 'input/{dd-1}/' }), /has \{dd-1\}, which is no placeholder/],
  ['a day before in the month of today', starts({ input: 'input/{yyyy-1d}/{MM}/{dd-1d}/' }), /batch.input has \{dd-1d\} beside \{MM\}, which are of different times; \{MM-1d\} was expected/],
  ['a brace that is never closed', starts({ input: 'input/{dd/' }), /which is no placeholder/],
  ['the newest of no folder', starts({ input: 'input/{latest}.csv' }), /\{latest\} is for the name of a folder/],
  ['more of the newest than there is', starts({ output: 'output/{latest}/' }), /batch.output has \{latest\} more often/],
  ['answers among the tables', starts({ output: 'input/answers/' }), /it must begin with output\/, which is all that the function may write/],
  ['answers in half a name', starts({ output: 'output/a' }), /batch.output is 'output\/a'; a folder ends with a slash/],
  ['a wait of days', starts({ waitMinutes: 1440 }), /batch.waitMinutes 1440 is outside 0 to 240/],
  ['an id of nothing', starts({ id: ' ' }), /batch.id is empty/],
  ['a reader that is none', starts({ reads: ['orc'] as never }), /batch.reads has 'orc'; inventory, list, parquet were expected/],
  ['arrivals where answers go', starts({ onArrival: 'output/' }), /batch.onArrival is 'output\/'; a folder such as input\/arrivals\//],
  ['arrivals by a pattern', starts({ onArrival: 'input/{dd}/' }), /without placeholders/],
  ['weights that do not make a whole', withEndpoint({ variants: [own, { name: 'b', model: 'b.hearth', weight: 50 }] }), /the weights of the variants make 140, and 100/],
  ['a weight below nothing', variants([own, { name: 'b', model: 'b.hearth', weight: 20 }, { name: 'c', model: 'c.hearth', weight: -10 }]), /the variant c has the weight -10/],
  ['a variant in capitals', variants([own, { name: 'B', model: 'b.hearth', weight: 10 }]), /the variant 'B' cannot be named so/],
  ['a variant of no model file', variants([own, { name: 'b', model: 'b.pkl', weight: 10 }]), /the variant b has the model 'b.pkl'/],
  ['two variants of one name', variants([own, { ...own, weight: 10 }]), /two variants have the name a/],
  ['variants without the model itself', variants([{ name: 'b', model: 'b.hearth', weight: 100 }]), /no variant with a weight has model.hearth/],
  ['the model itself as a shadow', variants([{ ...own, weight: 0 }, { name: 'b', model: 'b.hearth', weight: 100 }]), /no variant with a weight has model.hearth/],
  ['more variants than a deployment heeds', variants([{ ...own, weight: 40 }, ...'bcdefg'.split('').map((name) => ({ name, model: `${name}.hearth`, weight: 10 }))]), /7 variants answer, and 6 can/],
  ['an assignment by nothing', withEndpoint({ variants: two, variantBy: 'customer' }), /variantBy is 'customer', and header:NAME or field:NAME/],
  ['an assignment to nothing', withEndpoint({ variantBy: 'header:x-customer' }), /there are no variants to assign to/],
  ['a sample of no shadow', withEndpoint({ variants: two, shadowSample: 0.5 }), /no variant has the weight 0/],
  ['a sample without variants', withEndpoint({ shadowSample: 0.5 }), /there are no variants/],
  ['a sample above all', withEndpoint({ variants: [...two, shadow], shadowSample: 2 }), /shadowSample 2 is no share/],
  ['a variant that the image has not', { ...withEndpoint({ variants: two }), environments: [
    { ...environment, overrides: { messages: { variants: [own, { name: 'x', model: 'x.hearth', weight: 10 }] } } },
  ] }, /overrides has the variant x of x.hearth, which is not in the image/],
  ['a capture of nothing', withEndpoint({ capture: { share: 0, keepDays: 90 } }), /capture.share 0 is no share above 0/],
  ['a capture of more than all', withEndpoint({ capture: { share: 10, keepDays: 90 } }), /capture.share 10 is no share/],
  ['a capture that is not kept', withEndpoint({ capture: { share: 1, keepDays: 0 } }), /capture.keepDays 0 is outside 1 to 3650/],
  ['a retraining without its alarm', withEndpoint({ capture: { share: 1, keepDays: 90, retrain: true }, alarms: { drift: 'off' } }), /capture.retrain is started by the drift alarm/],
  ['two columns in one', withEndpoint({ capture: { share: 1, keepDays: 90, redact: ['name,email'] } }), /capture.redact has 'name,email'/],
  ['a bucket with too long a name', {
    ...withEndpoint({ name: 'a-name-of-24-letters-yes', capture: { share: 1, keepDays: 90 } }), environments: [{ ...environment, name: 'environmentof16l' }],
  }, /its bucket would be hearth-environmentof16l-[^]*63 characters/],
  ['an alarm that always fires', withEndpoint({ alarms: { drift: 0 } }), /alarms.drift 0 always fires/],
  ['a confidence in percent', withEndpoint({ alarms: { confidence: 60 } }), /alarms.confidence 60 is not between 0 and 1/],
  ['alarms without metrics', withEndpoint({ emf: 'off', alarms: { unknownWords: 0.4, anomalies: ['confidence'] } }), /emf is off, and alarms.confidence, alarms.unknownWords would have no metric/],
  ['agreement with no shadow', withEndpoint({ variants: two, alarms: { anomalies: ['agreement'] } }), /alarms.agreement is for a shadow/],
  ['a domain without a certificate', withEndpoint({ domain: { ...domain, certificateArn: '' } }), /the domain a.example.com has no certificate/],
  ['a certificate of another region', withEndpoint({ domain: { ...domain, certificateArn: 'arn:aws:acm:us-east-1:111122223333:certificate/0' } }), /no certificate of this account and region/],
  ['a domain at a URL', withEndpoint({ domain, door: 'function-url' }), /needs door http-api; function-url has none/],
  ['a domain of another zone', withEndpoint({ domain: { ...domain, zone: { id: 'Z', name: 'ample.com' } } }), /is not in the zone ample.com/],
  ['Fargate without a size', withEndpoint({ ...task, fargate: undefined }), /compute fargate needs fargate:/],
  ['a Fargate size that is not', withEndpoint({ ...task, fargate: { cpu: 300, tasks: { min: 1, max: 1 } } }), /no size of 300 CPU units; it has 256, 512/],
  ['Fargate memory that is not', withEndpoint({ ...task, memoryMiB: 1500 }), /no size of 512 CPU units with 1500 MiB/],
  ['Fargate memory above its host', withEndpoint({ ...task, memoryMiB: 8192 }), /memoryMiB 8192 exceeds its host: 512 CPU units have at most 4096/],
  ['no task', withEndpoint({ ...task, fargate: { cpu: 512, tasks: { min: 0, max: 1 } } }), /from 0 to 1 tasks is no range/],
  ['signatures at a balancer', withEndpoint({ ...task, auth: { kind: 'iam' } }), /auth iam is for lambda/],
  ['no network', withEndpoint({ ...task, auth: { kind: 'network', cidrs: [] } }), /at least one network/],
  ['Fargate in plain HTTP', withEndpoint({ ...task, domain: undefined }), /without one it would speak plain HTTP/],
  ['concurrency of tasks', withEndpoint({ ...task, concurrency: { reserved: 1 } }), /concurrency is for lambda/],
  ['CORS of tasks', withEndpoint({ ...task, cors: { origins: ['*'] } }), /cors is for lambda/],
  ['batch beside tasks', withEndpoint({ ...task, batch }), /batch is for compute lambda/],
  ['too much batch', withEndpoint({ batch: { ...batch, concurrency: 2000 } }), /batch.concurrency 2000 is outside/],
  ['a batch that never fails', withEndpoint({ batch: { ...batch, toleratedFailurePercentage: 100 } }), /all failed is no success/],
  ['a batch without time', withEndpoint({ batch: { ...batch, timeoutSeconds: 0 } }), /batch.timeoutSeconds 0 is outside/],
];

describe('config.ts', () => {
  it('can be deployed as it is', () => expect(faults(listed, releaseOf(listed))).toEqual([]));
  it('has nothing against every option', () => expect(faults(everything, releaseOf(everything))).toEqual([]));
  it.each(mistakes)('refuses %s', (_, config, sentence) => expect(faults(config).join('\n')).toMatch(sentence));
  it('takes other weights in another environment, and no metrics at all', () => {
    const config = withEndpoint({ variants: [...two, shadow] });
    const overrides = { messages: { variants: [{ ...own, weight: 50 }, { ...two[1]!, weight: 50 }] } };
    expect(faults({ ...config, environments: [{ ...environment, overrides }] })).toEqual([]);
    expect(faults(withEndpoint({ emf: 'off', alarms: { drift: 'off' } }))).toEqual([]);
    expect(faults(withEndpoint({ emf: 'off' }))).toEqual([]);
  });
  it('tells all mistakes at once, and makes nothing', () => {
    const config = withEndpoint({ memoryMiB: 64, timeoutSeconds: 60 });
    expect(() => made(config)).toThrow(/^This cannot be deployed:\n  dev\/messages: memoryMiB 64[^]*\n  prod\/messages: timeoutSeconds 60/);
  });
});

describe('the model that is deployed', () => {
  it('needs its memory', () => {
    const found = faults(listed, releaseOf(listed, 'a', 500 * 2 ** 20));
    expect(found).toContain('prod/messages: memoryMiB 512 is below the 564 that model.hearth of 524288000 bytes needs');
  });
  it('needs memory for batch too', () => {
    const config = withEndpoint({ batch: { ...batch, memoryMiB: 256 } });
    expect(faults(config, releaseOf(config)).join()).toMatch(/batch.memoryMiB 256 is below the 257/);
  });
  it('is built for each endpoint', () => expect(faults(listed, {}).join()).toMatch(/no image for messages/));
  it('fits into what a stack remembers', () => {
    const many = Object.fromEntries(Array.from({ length: 40 }, (_, index) => [`endpoint-${index}`, releaseOf(listed)['messages']!]));
    expect(faults(listed, { ...releaseOf(listed), ...many }).join()).toMatch(/no stack can remember/);
  });
  it('is named by its digest', () => {
    expect(() => parseRelease('{"messages": {"digest": "latest", "version": "1", "bytes": 1}}', 'release.json')).toThrow(/'latest', and sha256: with 64 hex digits/);
    expect(() => parseRelease('{"messages": null}', 'release.json')).toThrow(/digest of messages is 'undefined'/);
  });
  it('says what it is', () => {
    expect(() => parseRelease(JSON.stringify({ messages: { digest: `sha256:${'a'.repeat(64)}` } }), 'release.json')).toThrow(/lacks the model's bytes or version/);
    expect(() => parseRelease('[', 'release.json')).toThrow(/release.json is not JSON/);
    expect(() => parseRelease('[]', 'release.json')).toThrow(/holds no object/);
    expect(() => readRelease('nowhere.json')).toThrow(/nowhere.json is not there; make release/);
  });
});

it('takes what docs/deploy.md shows of it', async () => {
  const { readFileSync } = await import('node:fs');
  const blocks = [...readFileSync(`${__dirname}/../../docs/deploy.md`, 'utf8').matchAll(/^```ts\n([^]*?)^```/gm)].map(([, block]) => block);
  expect(blocks).toHaveLength(4);
  const { applications, ...shown } = new Function(`return { ${blocks.join('\n')} };`)() as Partial<Endpoint> & Pick<Environment, 'applications'>;
  expect(Object.keys(shown).sort()).toEqual(['alarms', 'capture', 'variantBy', 'variants']);
  expect(faults(withEndpoint(shown))).toEqual([]);
  expect(applications!.subscribers).toHaveLength(2);
  expect(faults(withEnvironment({ applications }))).toEqual([]);
});

it('takes what docs/batch.md shows of it', async () => {
  const { readFileSync } = await import('node:fs');
  const [own, reads] = [...readFileSync(`${__dirname}/../../docs/batch.md`, 'utf8').matchAll(/^```ts\n([^]*?)^```/gm)].map(([, block]) => block);
  const shown = new Function(`return { ${own} ${reads} };`)() as Partial<Endpoint> & Partial<Batch>;
  expect(faults(withEndpoint({ batch: { ...shown.batch!, reads: shown.reads } }))).toEqual([]);
  expect(faults(starts({ input: 'input/{latest}/{latest}/', output: 'output/{latest}-{latest}/{HH+2h}/', schedule: 'rate(1 hour)', onArrival: 'input/' }))).toEqual([]);
});

it('waits in minutes that the pipeline also has', async () => {
  const { readFileSync } = await import('node:fs');
  expect(readFileSync(`${__dirname}/../../scripts/deploy.sh`, 'utf8')).toContain(`patience=${PATIENCE_MINUTES}m`);
});
