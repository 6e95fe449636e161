import * as fs from 'node:fs';
import * as path from 'node:path';
import { Match, Template } from 'aws-cdk-lib/assertions';
import { describe, expect, it } from 'vitest';
import type { Config } from '../src/check.js';
import { grants } from '../src/grants.js';
import { every, everything, listed, made, releaseOf, withEndpoint } from './fixtures.js';
import { roleOf } from './policy.js';

// What an AWS account refuses although a template passes every schema.

/** Every option in three environments: the largest foundation there can be here. */
const largest: Config = { ...everything, environments: ['dev', 'staging', 'prod'].map((name) => ({ ...everything.environments[0]!, name })) };
const template = Template.fromStack(made(everything).services['every']!);
const foundation = Template.fromStack(made(everything).foundation);
const role = (service: string, name: string): string => `arn:aws:iam::111122223333:role/aws-service-role/${service}.amazonaws.com/${name}`;

describe('the foundation', () => {
  interface Manifest { readonly artifacts: Record<string, { readonly properties?: Record<string, unknown> }> }
  const synthesised = (isFirst: boolean): { properties: Record<string, unknown>; bytes: number; manifest: string } => {
    const { directory } = made(largest, releaseOf(largest), false, isFirst).app.synth();
    const manifest = fs.readFileSync(path.join(directory, 'manifest.json'), 'utf8');
    const body = JSON.parse(fs.readFileSync(path.join(directory, 'foundation.template.json'), 'utf8')) as unknown;
    return { properties: (JSON.parse(manifest) as Manifest).artifacts['foundation']!.properties!, bytes: JSON.stringify(body, null, 1).length, manifest };
  };
  it('begins with the buckets, in a template that goes inline', () => {
    const { properties, bytes } = synthesised(true);
    // docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/cloudformation-limits.html
    expect(bytes).toBeLessThan(51_200 / 2);
    expect(properties['stackTemplateAssetObjectUrl']).toBeUndefined();
  });
  it('goes through its own bucket from then on, however large it is', () => {
    const { properties, bytes } = synthesised(false);
    expect(bytes).toBeGreaterThan(51_200);
    expect(bytes).toBeLessThan(1_000_000);
    expect(properties['stackTemplateAssetObjectUrl']).toMatch(/^s3:\/\/hearth-foundation-assets-111122223333-eu-west-1\/foundation\//);
  });
  it.each([true, false])('names no role of cdk bootstrap (first: %s)', (isFirst) => {
    const { properties, manifest } = synthesised(isFirst);
    expect(properties['cloudFormationExecutionRoleArn'] ?? properties['assumeRoleArn']).toBeUndefined();
    expect(manifest).not.toMatch(/cdk-hnb659fds|BootstrapVersion/);
  });
  it('keeps the logical ids of what the first deployment made', () => {
    const resources = (isFirst: boolean): string[] => Object.keys(Template.fromStack(made(listed, releaseOf(listed), false, isFirst).foundation).toJSON()['Resources'] as object);
    expect(resources(false)).toEqual(expect.arrayContaining(resources(true)));
  });
  it('counts images by endpoint, longer names first', () => {
    const config: Config = { ...listed, endpoints: ['a', 'a-b'].map((name) => ({ ...listed.endpoints[0]!, name })) };
    const [found] = Object.values(Template.fromStack(made(config).foundation).findResources('AWS::ECR::Repository'));
    const { rules } = JSON.parse(found!.Properties.LifecyclePolicy.LifecyclePolicyText as string) as { rules: { selection: { tagPrefixList: string[] } }[] };
    expect(rules.map(({ selection }) => selection.tagPrefixList)).toEqual([['a-b-'], ['a-']]);
  });
});

describe('what a stack that is gone leaves', () => {
  it('is never what its own first deployment made: no plain Retain', () => {
    for (const config of [largest, { ...everything, environments: [{ ...everything.environments[0]!, protect: true }] }]) {
      const { foundation: one, services } = made(config);
      for (const stack of [one, ...Object.values(services)]) {
        const resources = Object.entries(Template.fromStack(stack).toJSON()['Resources'] as Record<string, { DeletionPolicy?: string }>);
        expect(resources.filter(([, { DeletionPolicy }]) => DeletionPolicy === 'Retain').map(([id]) => id)).toEqual([]);
      }
    }
  });
  it('has names that CloudFormation can import by: no references in them', () => {
    for (const stack of [foundation, template]) {
      for (const [type, name] of [['AWS::S3::Bucket', 'BucketName'], ['AWS::Logs::LogGroup', 'LogGroupName'], ['AWS::ECR::Repository', 'RepositoryName']] as const) {
        for (const { Properties } of Object.values(stack.findResources(type))) expect(typeof Properties[name], type).toBe('string');
      }
    }
  });
});

describe('alarms', () => {
  it('may publish to the topic that mails', () => {
    template.hasResourceProperties('AWS::SNS::TopicPolicy', { PolicyDocument: { Statement: Match.arrayWith([Match.objectLike({
      Effect: 'Allow', Principal: { Service: 'cloudwatch.amazonaws.com' }, Action: 'sns:Publish', Condition: { StringEquals: { 'aws:SourceAccount': '111122223333' } },
    })]) } });
    const topics = Object.keys(template.findResources('AWS::SNS::Topic'));
    const policies = Object.values(template.findResources('AWS::SNS::TopicPolicy'));
    expect(policies.flatMap(({ Properties }) => Properties.Topics)).toEqual(topics.map((Ref) => ({ Ref })));
    expect(topics).toHaveLength(2);
  });
  it('are told to programs, too, and their end as well; mails only what a person has to do', () => {
    const [mails] = Object.keys(template.findResources('AWS::SNS::Topic', { Properties: { TopicName: 'hearth-every-alerts' } }));
    const [programs] = Object.keys(template.findResources('AWS::SNS::Topic', { Properties: { TopicName: 'hearth-every-applications' } }));
    const alarms = Object.values(template.findResources('AWS::CloudWatch::Alarm'));
    expect(alarms.length).toBeGreaterThan(20);
    for (const { Properties } of alarms) {
      expect(Properties.AlarmActions).toEqual([{ Ref: mails }, { Ref: programs }]);
      expect(Properties.OKActions).toEqual([{ Ref: programs }]);
    }
    const subscribed = Object.values(template.findResources('AWS::SNS::Subscription', { Properties: { TopicArn: { Ref: programs } } }));
    expect(subscribed.map(({ Properties }) => [Properties.Protocol, Properties.Endpoint]).sort()).toEqual([
      ['https', 'https://example.com/alarms'], ['sqs', 'arn:aws:sqs:eu-west-1:111122223333:alarms'],
    ]);
    template.hasOutput('ApplicationsTopic', { Value: { Ref: programs } });
    const without = Template.fromStack(made(listed).services['prod']!);
    without.resourceCountIs('AWS::SNS::Topic', 1);
    expect(Object.values(without.findResources('AWS::CloudWatch::Alarm')).every(({ Properties }) => Properties.OKActions === undefined)).toBe(true);
  });
  it('are off in a rollback, which one that fires would stop', () => {
    const back = Template.fromStack(made(everything, releaseOf(everything, 'b'), true).services['every']!);
    for (const { Properties } of Object.values(back.findResources('AWS::CodeDeploy::DeploymentGroup'))) {
      expect(Properties).toMatchObject({ AlarmConfiguration: { Enabled: false }, DeploymentConfigName: 'CodeDeployDefault.LambdaAllAtOnce' });
      expect(Properties.AutoRollbackConfiguration.Events).not.toContain('DEPLOYMENT_STOP_ON_ALARM');
    }
    back.hasResourceProperties('AWS::ECS::Service', { DeploymentConfiguration: { Alarms: { Enable: false, Rollback: false } } });
  });
  it('of a function URL see its answers by whichever dimension AWS has', () => {
    const [alarm] = Object.values(template.findResources('AWS::CloudWatch::Alarm', { Properties: { AlarmName: 'hearth-every-url-server-errors' } }));
    expect(JSON.stringify(alarm!.Properties.Metrics)).toMatch(/MAX.*FILL.*FILL/);
    expect(alarm!.Properties).toMatchObject({ EvaluationPeriods: 3, DatapointsToAlarm: 1 });
  });
});

describe('a domain', () => {
  it('has its record wherever config.ts names a zone', () => {
    const zoned = every.filter(({ domain }) => domain?.zone !== undefined).map(({ domain }) => `${domain!.name}.`);
    const records = Object.values(template.findResources('AWS::Route53::RecordSet')).map(({ Properties }) => Properties.Name as string);
    expect(records.sort()).toEqual(zoned.sort());
    expect(zoned).toHaveLength(2);
  });
});

describe('the execution role', () => {
  const { may } = roleOf(foundation, 'hearth-foundation-execution-every');
  const linked = (service: string): Record<string, string> => ({ 'iam:AWSServiceName': `${service}.amazonaws.com` });
  it('makes the roles that services have for themselves', () => {
    expect(may('iam:CreateServiceLinkedRole', role('ops.apigateway', 'AWSServiceRoleForAPIGateway'), linked('ops.apigateway'))).toBe(true);
    expect(may('iam:CreateServiceLinkedRole', role('ecs', 'AWSServiceRoleForECS'), linked('ecs'))).toBe(true);
    expect(may('iam:CreateServiceLinkedRole', role('ec2', 'x'), linked('ec2'))).toBe(false);
    expect(may('iam:PassRole', role('ecs.application-autoscaling', 'AWSServiceRoleForApplicationAutoScaling_ECSService'))).toBe(true);
  });
  it('has the log groups of log delivery, too', () => {
    expect(may('logs:CreateLogGroup', 'arn:aws:logs:eu-west-1:111122223333:log-group:/aws/vendedlogs/hearth/every/open/access')).toBe(true);
    expect(may('logs:CreateLogGroup', 'arn:aws:logs:eu-west-1:111122223333:log-group:/aws/vendedlogs/hearth/prod/open/access')).toBe(false);
  });
});

describe('what log delivery writes', () => {
  it('lies where one statement of the resource policy covers all', () => {
    const names = Object.values(template.findResources('AWS::Logs::LogGroup')).map(({ Properties }) => Properties.LogGroupName as string);
    const vended = names.filter((name) => /\/(access|batch-machine)$/.test(name));
    expect(vended.length).toBeGreaterThan(3);
    for (const name of vended) expect(name).toMatch(/^\/aws\/vendedlogs\/hearth\/every\//);
  });
});

describe('what is paid for by the request', () => {
  const properties = (stack: Template, name: string): Record<string, unknown> =>
    Object.values(stack.findResources('AWS::Lambda::Function', { Properties: { FunctionName: name } }))[0]!.Properties as Record<string, unknown>;
  it('is little by default: no traces, metrics by windows', () => {
    const one = properties(Template.fromStack(made(listed).services['prod']!), 'hearth-prod-messages');
    expect(one['TracingConfig']).toBeUndefined();
    expect(one).toMatchObject({ LoggingConfig: { LogFormat: 'Text' }, Environment: { Variables: { HEARTH_EMF: 'window' } } });
  });
  it('is what config.ts says', () => {
    expect(properties(template, 'hearth-every-signed')).toMatchObject({ TracingConfig: { Mode: 'Active' }, Environment: { Variables: { HEARTH_EMF: 'request' } } });
    expect(properties(template, 'hearth-every-url')).toMatchObject({ LoggingConfig: { LogFormat: 'JSON', SystemLogLevel: 'WARN', ApplicationLogLevel: 'INFO' } });
    const stages = Object.values(template.findResources('AWS::ApiGatewayV2::Stage')).map(({ Properties }) => Properties.AccessLogSettings !== undefined);
    expect(stages.sort()).toEqual([false, true, true]);
  });
});

describe('a deployment that needs more of the foundation', () => {
  const dev = listed.environments[0]!;
  const of = (change: Parameters<typeof withEndpoint>[0]): string => grants(withEndpoint(change), dev);
  it('names what is lacking', () => {
    expect(grants(listed, dev)).toBe('basic');
    expect(of({ auth: { kind: 'api-key', requestsPerDay: 1 } })).toBe('rest-api');
    expect(grants(everything, everything.environments[0]!)).toBe('anomalies,arrival,capture,domain,fargate,rest-api,retrain,schedule,zone Z0123456789ABCDEFGHIJ');
  });
  it('finds it in the outputs of the foundation', () => foundation.hasOutput('Grantsevery', { Value: grants(everything, everything.environments[0]!) }));
});

describe('the workflows', () => {
  const folder = path.join(__dirname, '../../.github/workflows');
  const workflows = Object.fromEntries(fs.readdirSync(folder).map((file) => [file, fs.readFileSync(path.join(folder, file), 'utf8')]));
  it('lose no merge: a queue that does not cancel what runs keeps all that waits', () => {
    // github.blog/changelog/2026-05-07-github-actions-concurrency-groups-now-allow-larger-queues
    for (const [file, text] of Object.entries(workflows)) {
      for (const [, rest] of text.matchAll(/cancel-in-progress: false\n(.*)/g)) expect(rest, file).toMatch(/^ +queue: max$/);
    }
  });
  it('hold up nothing but prod while its reviewer thinks: the run as a whole has no queue', () => {
    expect(workflows['deploy.yml']).not.toMatch(/^concurrency:/m);
    expect(workflows['deploy.yml']).toMatch(/^ {4}concurrency:\n {6}group: release$/m);
    expect(workflows['environment.yml']).toContain('group: environment-${{ inputs.environment }}');
    expect(workflows['rollback.yml']).toContain('group: environment-${{ inputs.environment }}');
  });
  it('have the Node.js that AWS supports after January 2027', () => {
    const versions = Object.values(workflows).flatMap((text) => [...text.matchAll(/node-version: (\d+)/g)].map(([, version]) => Number(version)));
    expect(versions.length).toBeGreaterThan(3);
    for (const version of versions) expect(version).toBeGreaterThanOrEqual(22);
  });
});
