import { describe, expect, it } from 'vitest';
import { Template } from 'aws-cdk-lib/assertions';
import type { Config } from '../src/check.js';
import type { Resource, Template as Raw } from '../src/review/changes.js';
import { standing } from '../src/review/price.js';
import { review } from '../src/review/words.js';
import type { Endpoint } from '../src/types.js';
import { everything, listed, made, withEndpoint } from './fixtures.js';

const BATCH = { memoryMiB: 1769, timeoutSeconds: 900, concurrency: 40, toleratedFailurePercentage: 5 };
const CAPTURE = { share: 0.1, keepDays: 30 };

const templates = (config: Config): Record<string, Raw> => {
  const { foundation, services } = made(config);
  return Object.fromEntries(Object.entries({ foundation, ...services }).map(([name, stack]) => [name, Template.fromStack(stack).toJSON() as Raw]));
};
/** What a change of the only endpoint does to one environment. */
function between(before: Partial<Endpoint>, after: Partial<Endpoint>, stack = 'prod'): ReturnType<typeof review> {
  return review([{ name: stack, before: templates(withEndpoint(before))[stack], after: templates(withEndpoint(after))[stack] }]);
}
const only = (resource: Resource): Raw => ({ Resources: { One: resource } });
const bucket = (name: string, more: Partial<Resource> = {}): Raw => only({ Type: 'AWS::S3::Bucket', Properties: { BucketName: name }, ...more });

describe('the comment on a pull request', () => {
  it('says that nothing changes', () => {
    const same = templates(listed);
    expect(review(Object.entries(same).map(([name, template]) => ({ name, before: template, after: template }))).markdown)
      .toBe('## What this changes of the services\n\nNo change: foundation, dev, staging, prod.\n');
  });
  it('says what is created, who may do more, and what it costs', () => {
    const { markdown, losses } = between({}, { batch: BATCH });
    expect(losses).toEqual([]);
    expect(markdown).toMatch(/### prod\n\n\d+ created, 1 changed; costs \$0\.20 a month more when idle\./);
    expect(markdown).toContain('- S3 Bucket `hearth-prod-messages-batch-111122223333`');
    expect(markdown).toContain('- StepFunctions StateMachine `hearth-prod-messages-batch`');
    expect(markdown).toContain('**Permissions are widened**');
    expect(markdown).toMatch(/may `s3:GetObject` on `arn:aws:s3:::hearth-prod-messages-batch-111122223333\/input\/\*`/);
    expect(markdown).toContain('| alarms | 0.80 | 1.00 |');
  });
  it('says what is deleted, and that data is left behind', () => {
    const { markdown, losses } = between({ capture: CAPTURE }, {});
    // Prod is protected, so its policy keeps the bucket.
    expect(losses).toContain('prod: S3 Bucket `hearth-prod-messages-capture-111122223333` is deleted; its policy keeps what it holds, outside of the stack');
    expect(markdown).toContain('**Data would be lost or left behind:**');
    expect(markdown).toContain('- S3 Bucket `hearth-prod-messages-capture-111122223333` **(holds data)**');
    expect(markdown).toContain('**Permissions change, and are not widened**');
    expect(between({ capture: CAPTURE }, {}, 'dev').losses).toContain(
      'dev: S3 Bucket `hearth-dev-messages-capture-111122223333` is deleted; what it holds is deleted with it, or blocks the deployment');
  });
  it('tells a change from a replacement', () => {
    expect(between({}, { memoryMiB: 1024 }).markdown).toContain('**Changed**\n\n- Lambda Alias `live`: FunctionVersion\n- Lambda Function `hearth-prod-messages`: MemorySize');
    expect(review([{ name: 'a', before: bucket('one'), after: bucket('two') }]).losses).toEqual([
      'a: S3 Bucket `two` is replaced, since BucketName changes; what it holds is deleted with it, or blocks the deployment']);
    const kept = { UpdateReplacePolicy: 'Retain', DeletionPolicy: 'Retain' };
    expect(review([{ name: 'a', before: bucket('one', kept), after: bucket('two', kept) }]).losses.join()).toContain('its policy keeps what it holds');
    const topic = (name: string): Raw => only({ Type: 'AWS::SNS::Topic', Properties: { TopicName: name } });
    const { losses, markdown } = review([{ name: 'a', before: topic('one'), after: topic('two') }]);
    expect(losses).toEqual([]);
    expect(markdown).toContain('**Replaced**\n\n- SNS Topic `two`: TopicName');
  });
  it('tells of a stack that is new, and of one that goes', () => {
    const { Resources } = templates(listed)['dev']!;
    expect(review([{ name: 'dev', after: { Resources } }]).markdown).toMatch(/### dev\n\n\d+ created; costs/);
    const { losses } = review([{ name: 'dev', before: { Resources } }]);
    expect(losses).toContain('dev: Logs LogGroup `/hearth/dev/messages/function` is deleted; what it holds is deleted with it, or blocks the deployment');
  });
  it('names what a role may do by the names of what it is for', () => {
    const { markdown } = between({}, { capture: CAPTURE });
    expect(markdown).toContain('`hearth-prod-messages-capture-filter` may `firehose:PutRecord, firehose:PutRecordBatch`');
    expect(markdown).not.toMatch(/\$\{\w+\.Arn\}/);
  });
});

describe('what stands a month', () => {
  it('is what docs/deploy.md says of an idle endpoint', () => {
    const dev = templates(listed)['dev']!;
    expect([...standing(dev)]).toEqual([['alarms', expect.closeTo(0.8, 6)]]);
    const [anomalies] = [standing(templates(withEndpoint({ alarms: { anomalies: ['drift'] } }))['dev']!)];
    expect(anomalies.get('alarms')).toBeCloseTo(1.1, 6);
    expect(standing(templates(withEndpoint({ concurrency: { reserved: 5, provisioned: 1 } }))['dev']!).get('concurrency that is kept warm')).toBeCloseTo(4.38, 2);
  });
  it('counts balancers and tasks', () => {
    const [task] = everything.endpoints.filter(({ compute }) => compute === 'fargate');
    const every = standing(templates({ ...everything, endpoints: [{ ...task!, memoryMiB: 1024, fargate: { cpu: 512, tasks: { min: 1, max: 1 } } }] })['every']!);
    const cost = [...every].filter(([what]) => what !== 'alarms').reduce((sum, [, dollars]) => sum + dollars, 0);
    // "from about 40": prices.test.ts rounds it down to fives.
    expect(Math.floor(cost / 5) * 5).toBe(40);
  });
});
