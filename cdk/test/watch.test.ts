import * as fs from 'node:fs';
import * as path from 'node:path';
import { Match, Template } from 'aws-cdk-lib/assertions';
import { beforeAll, describe, expect, it } from 'vitest';
import { everything, listed, made, withEndpoint } from './fixtures.js';
import { roleOf } from './policy.js';

let template: Template;
beforeAll(() => {
  template = Template.fromStack(made(everything).services['every']!);
});

interface Alarm {
  readonly MetricName?: string;
  readonly Threshold?: number;
  readonly ComparisonOperator: string;
  readonly Dimensions?: readonly { readonly Name: string; readonly Value: string }[];
}

/** The alarms of an endpoint, by what comes after its name. */
function alarmsOf(endpoint: string, of = template): Record<string, Alarm> {
  const prefix = `hearth-every-${endpoint}-`;
  return Object.fromEntries(Object.values(of.findResources('AWS::CloudWatch::Alarm')).map(({ Properties }) => [Properties.AlarmName as string, Properties as Alarm] as const)
    .filter(([name]) => name.startsWith(prefix)).map(([name, alarm]) => [name.slice(prefix.length), alarm]));
}
const variables = (endpoint: string): Record<string, string> => {
  const [found] = Object.values(template.findResources('AWS::Lambda::Function', { Properties: { FunctionName: `hearth-every-${endpoint}` } }));
  return found!.Properties.Environment.Variables as Record<string, string>;
};

describe('a function is told', () => {
  it('what to capture', () => expect(variables('signed')).toMatchObject({ HEARTH_CAPTURE: '0.1', HEARTH_CAPTURE_REDACT: 'email,name', HEARTH_EMF: 'request' }));
  it('whom to serve, and by what', () => expect(variables('open')).toMatchObject({
    HEARTH_VARIANTS: 'old=/model.hearth:90,new=/variants/new.hearth:10,next=/variants/next.hearth:0',
    HEARTH_VARIANT_BY: 'header:x-customer', HEARTH_SHADOW_SAMPLE: '0.5', HEARTH_EMF: 'window',
  }));
  it('nothing of what it does not do', () => {
    expect(Object.keys(variables('key')).sort()).toEqual(['AWS_EMF_SERVICE_NAME', 'HEARTH_EMF', 'HEARTH_EMF_DIMENSIONS', 'HEARTH_EMF_NAMESPACE']);
    expect(Object.keys(variables('signed-batch')).sort()).toEqual(['AWS_EMF_SERVICE_NAME', 'BATCH_ID', 'HEARTH_EMF_DIMENSIONS', 'HEARTH_EMF_NAMESPACE']);
  });
  it('as a task the same', () => template.hasResourceProperties('AWS::ECS::TaskDefinition', {
    ContainerDefinitions: [Match.objectLike({ Environment: Match.arrayWith([{ Name: 'HEARTH_CAPTURE', Value: '1' }]) })],
  }));
});

describe('the runbook', () => {
  const page = fs.readFileSync(path.join(__dirname, '..', '..', 'docs', 'runbook.md'), 'utf8');
  const sections = new Set(Array.from(page.matchAll(/^## ([a-z-]+)$/gm), ([, name]) => name!));
  /** The section that each alarm's description links to; a description without a link as it is. */
  const linked = (): string[] => Object.values(template.findResources('AWS::CloudWatch::Alarm'))
    .map(({ Properties }) => Properties.AlarmDescription as string)
    .map((description) => /\/docs\/runbook\.md#([a-z-]+)$/.exec(description)?.[1] ?? description);
  it('has a section for each alarm', () => expect(linked().filter((name) => !sections.has(name))).toEqual([]));
  it('has an alarm for each section', () => expect([...sections].filter((name) => !linked().includes(name))).toEqual([]));
  it('lists every section at its top', () => expect([...sections].filter((name) => !page.includes(`[${name}](#${name})`))).toEqual([]));
});

describe('alarms on a model', () => {
  const RELEASE = ['emf-parsing', 'emf-validation', 'errors', 'server-errors', 'throttles'];
  it('are on drift, and on more where config.ts asks', () => {
    expect(Object.keys(alarmsOf('token')).sort()).toEqual(['drift', ...RELEASE.slice(0, 3), 'latency', ...RELEASE.slice(3)]);
    expect(alarmsOf('token')['drift']).toMatchObject({ MetricName: 'drift.psi_max', Threshold: 0.25, ComparisonOperator: 'GreaterThanOrEqualToThreshold', Period: 3600, Statistic: 'Average' });
    expect(alarmsOf('signed')['confidence']).toMatchObject({ MetricName: 'prediction.confidence', Threshold: 0.6, ComparisonOperator: 'LessThanThreshold' });
    expect(alarmsOf('signed')['unknown-words']).toMatchObject({ MetricName: 'input.oov_ratio', Threshold: 0.4, ComparisonOperator: 'GreaterThanOrEqualToThreshold' });
  });
  it('learn a band where config.ts pays for it', () => {
    const bands = Object.keys(alarmsOf('signed')).filter((name) => name.endsWith('-anomaly')).sort();
    expect(bands).toEqual(['confidence-anomaly', 'drift-anomaly', 'unknown-words-anomaly']);
    expect(alarmsOf('signed')['confidence-anomaly']).toMatchObject({ ComparisonOperator: 'LessThanLowerThreshold' });
    expect(JSON.stringify(alarmsOf('signed')['drift-anomaly'])).toContain('ANOMALY_DETECTION_BAND(m0, 3)');
    expect(Object.keys(alarmsOf('token')).join()).not.toContain('anomaly');
  });
  it('are one a variant, and agreement is of the shadow', () => {
    const alarms = alarmsOf('open');
    const own = ['agreement-next', 'agreement-next-anomaly', 'drift-new', 'drift-old', 'latency-new', 'latency-old'];
    expect(Object.keys(alarms).sort()).toEqual([...own, ...RELEASE].sort());
    const dimensions = (name: string): unknown => Object.fromEntries(alarms[name]!.Dimensions!.map(({ Name, Value }) => [Name, Value]));
    expect(dimensions('drift-new')).toEqual({ service: 'hearth-every-open', variant: 'new' });
    expect(dimensions('agreement-next')).toEqual({ service: 'hearth-every-open', variant: 'next' });
    expect(alarms['agreement-next']).toMatchObject({ Threshold: 0.9, ComparisonOperator: 'LessThanThreshold' });
  });
  it('are none where no metric is written', () => {
    expect(Object.keys(alarmsOf('url')).sort()).toEqual(['errors', 'server-errors', 'throttles']);
  });
  it('can be switched off', () => {
    const one = Template.fromStack(made(withEndpoint({ alarms: { drift: 'off' } })).services['prod']!);
    expect(JSON.stringify(one.findResources('AWS::CloudWatch::Alarm'))).not.toContain('drift');
  });
  it('do not take a deployment back', () => {
    const groups = JSON.stringify(template.findResources('AWS::CodeDeploy::DeploymentGroup'));
    expect(groups).not.toMatch(/drift|confidence|unknown|agreement|[aA]nomaly/);
  });
});

describe('capture', () => {
  const stream = (): Record<string, any> => Object.values(template.findResources('AWS::KinesisFirehose::DeliveryStream', { Properties: { DeliveryStreamName: 'hearth-every-signed-capture' } }))[0]!.Properties;

  it('takes records out of the log, and no other line', () => {
    const filters = Object.values(template.findResources('AWS::Logs::SubscriptionFilter'));
    expect(filters).toHaveLength(2);
    for (const { Properties } of filters) expect(Properties.FilterPattern).toBe('{ $.captureData.endpointInput.data = * }');
  });
  it('is unpacked, however many rows a request has, and put under its day', () => {
    const { Prefix, ProcessingConfiguration, DynamicPartitioningConfiguration } = stream()['ExtendedS3DestinationConfiguration'];
    // RecordDeAggregation parts 500 lines at the most, and dynamic partitioning needs it.
    expect(ProcessingConfiguration.Processors.map(({ Type }: { Type: string }) => Type)).toEqual(['Decompression', 'CloudWatchLogProcessing', 'AppendDelimiterToRecord']);
    expect(DynamicPartitioningConfiguration).toBeUndefined();
    expect(Prefix).toBe('records/day=!{timestamp:yyyy-MM-dd}/');
  });
  it('lies where its table looks for it', () => {
    const { Prefix } = stream()['ExtendedS3DestinationConfiguration'];
    const tables = Object.values(template.findResources('AWS::Glue::Table')).map(({ Properties }) => Properties.TableInput);
    expect(tables.map(({ Name }) => Name)).toEqual(['requests', 'requests']);
    const [of] = tables.filter(({ StorageDescriptor }) => StorageDescriptor.Location === 's3://hearth-every-signed-capture-111122223333/records/');
    expect(of.Parameters['storage.location.template']).toBe(`s3://hearth-every-signed-capture-111122223333/${Prefix.replace('!{timestamp:yyyy-MM-dd}', '${day}')}`);
    // Athena refuses a table in which a partition has no projection.
    expect(of.PartitionKeys.map(({ Name }: { Name: string }) => Name)).toEqual(['day']);
    expect(of.Parameters).toMatchObject({ 'projection.day.type': 'date', 'projection.day.format': 'yyyy-MM-dd', 'projection.day.range': 'NOW-90DAYS,NOW' });
  });
  it('is deleted after its days', () => {
    template.hasResourceProperties('AWS::S3::Bucket', {
      BucketName: 'hearth-every-signed-capture-111122223333', LifecycleConfiguration: { Rules: Match.arrayWith([Match.objectLike({ ExpirationInDays: 90 })]) },
    });
  });
  it('stays when a protected environment goes', () => {
    const config = withEndpoint({ capture: { share: 1, keepDays: 30 } });
    const { services } = made(config);
    const policy = (name: string): unknown => Object.values(Template.fromStack(services[name]!).findResources('AWS::S3::Bucket')).map(({ DeletionPolicy }) => DeletionPolicy);
    expect([policy('dev'), policy('prod')]).toEqual([['Delete'], ['RetainExceptOnCreate']]);
  });
  it('is written by roles that can do nothing else', () => {
    const writer = roleOf(template, 'hearth-every-signed-capture-stream');
    const bucket = 'arn:aws:s3:::hearth-every-signed-capture-111122223333';
    expect(writer.may('s3:PutObject', `${bucket}/records/day=2026-01-02/model_version=a/x.gz`)).toBe(true);
    expect(writer.may('s3:PutObject', `${bucket}/failed/processing-failed/x`)).toBe(true);
    expect(writer.may('s3:ListBucketMultipartUploads', bucket)).toBe(true);
    expect(writer.may('logs:PutLogEvents', 'arn:aws:logs:eu-west-1:111122223333:log-group:/hearth/every/signed/capture:log-stream:delivery')).toBe(true);
    for (const [action, resource] of [
      ['s3:DeleteObject', `${bucket}/records/x`], ['s3:PutObject', `${bucket}/results/x`], ['s3:PutObject', 'arn:aws:s3:::hearth-every-task-capture-111122223333/records/x'],
      ['logs:PutLogEvents', 'arn:aws:logs:eu-west-1:111122223333:log-group:/hearth/every/signed/function:log-stream:delivery'],
    ]) {
      expect(writer.may(action!, resource!), `${action} ${resource}`).toBe(false);
    }
    const filter = roleOf(template, 'hearth-every-signed-capture-filter');
    expect(filter.may('firehose:PutRecordBatch', 'arn:aws:firehose:eu-west-1:111122223333:deliverystream/hearth-every-signed-capture')).toBe(true);
    expect(filter.may('firehose:PutRecordBatch', 'arn:aws:firehose:eu-west-1:111122223333:deliverystream/hearth-every-task-capture')).toBe(false);
    expect(JSON.stringify(filter.trust)).toContain('"aws:SourceArn":"arn:aws:logs:eu-west-1:111122223333:*"');
  });
  it('is within what the boundary allows', () => {
    const boundary = Object.values(Template.fromStack(made(everything).foundation).findResources('AWS::IAM::ManagedPolicy'))[0]!.Properties.PolicyDocument.Statement as { Action: string | string[] }[];
    const most = boundary.flatMap(({ Action }) => Action);
    for (const what of ['stream', 'filter']) {
      const [id] = Object.entries(template.findResources('AWS::IAM::Role')).find(([, { Properties }]) => Properties.RoleName === `hearth-every-signed-capture-${what}`)!;
      const own = Object.values(template.findResources('AWS::IAM::Policy')).filter(({ Properties }) => Properties.Roles[0].Ref === id);
      for (const action of own.flatMap(({ Properties }) => (Properties.PolicyDocument.Statement as { Action: string | string[] }[]).flatMap(({ Action }) => Action))) expect(most).toContain(action);
    }
  });
  it('is nowhere else: no stream, no table, and nothing of them that a deployment may touch', () => {
    const { foundation, services } = made(listed);
    const one = Template.fromStack(services['prod']!);
    for (const type of ['AWS::KinesisFirehose::DeliveryStream', 'AWS::Glue::Database', 'AWS::Athena::WorkGroup', 'AWS::Logs::SubscriptionFilter']) one.resourceCountIs(type, 0);
    const { may } = roleOf(Template.fromStack(foundation), 'hearth-foundation-execution-prod');
    expect(may('firehose:CreateDeliveryStream', 'arn:aws:firehose:eu-west-1:111122223333:deliverystream/hearth-prod-messages-capture')).toBe(false);
    const every = roleOf(Template.fromStack(made(everything).foundation), 'hearth-foundation-execution-every');
    expect(every.may('glue:CreateTable', 'arn:aws:glue:eu-west-1:111122223333:table/hearth_every_signed/requests')).toBe(true);
    expect(every.may('glue:CreateTable', 'arn:aws:glue:eu-west-1:111122223333:table/hearth_prod_signed/requests')).toBe(false);
    expect(every.may('glue:CreateTable', 'arn:aws:glue:eu-west-1:111122223333:table/sales/orders')).toBe(false);
  });
});

describe('retraining', () => {
  const NAME = 'hearth-every-signed-retrain';
  it('is started by the drift alarms of an endpoint that asks for it, by a request to GitHub', () => {
    const rules = Object.values(template.findResources('AWS::Events::Rule')).map(({ Properties }) => Properties).filter(({ Name }) => Name === NAME);
    expect(rules).toHaveLength(1);
    const { EventPattern, Targets } = rules[0];
    expect(EventPattern.detail).toEqual({ alarmName: ['hearth-every-signed-drift', 'hearth-every-signed-drift-anomaly'], state: { value: ['ALARM'] } });
    const alarms = Object.values(template.findResources('AWS::CloudWatch::Alarm')).map(({ Properties }) => Properties.AlarmName);
    for (const name of EventPattern.detail.alarmName) expect(alarms).toContain(name);
    // What GitHub is sent, with the name of an alarm in its place.
    const body = JSON.parse(Targets[0].InputTransformer.InputTemplate.replace('<alarm>', 'x')) as unknown;
    expect(body).toEqual({ event_type: 'drift', client_payload: { alarm: 'x' } });
    template.hasResourceProperties('AWS::Events::ApiDestination', { InvocationEndpoint: 'https://api.github.com/repos/example/hearth/dispatches', HttpMethod: 'POST' });
    const workflow = fs.readFileSync(path.join(__dirname, '..', '..', '.github', 'workflows', 'drift.yml'), 'utf8');
    expect(workflow).toContain('repository_dispatch:\n    types: [drift]');
  });
  it('has the token from a secret, and not in the template', () => {
    const [connection] = Object.values(template.findResources('AWS::Events::Connection'));
    expect(connection!.Properties.AuthParameters.ApiKeyAuthParameters).toEqual({ ApiKeyName: 'Authorization', ApiKeyValue: 'Bearer {{resolve:secretsmanager:hearth/github:SecretString:token}}' });
  });
  it('reads the records and true labels of that endpoint, and adds models', () => {
    const { may } = roleOf(Template.fromStack(made(everything).foundation), 'hearth-foundation-drift');
    const bucket = 'arn:aws:s3:::hearth-every-signed-capture-111122223333';
    for (const key of ['records/day=2026-01-31/a.gz', 'truth/labels.csv']) expect(may('s3:GetObject', `${bucket}/${key}`)).toBe(true);
    expect(may('s3:ListBucket', bucket)).toBe(true);
    for (const [action, resource] of [
      ['s3:PutObject', `${bucket}/truth/labels.csv`], ['s3:GetObject', `${bucket}/failed/a`], ['s3:GetObject', 'arn:aws:s3:::hearth-every-task-capture-111122223333/records/a'],
      ['s3:DeleteObject', 'arn:aws:s3:::hearth-foundation-dvc-111122223333-eu-west-1/dvc/a'], ['s3:PutObject', 'arn:aws:s3:::hearth-foundation-dvc-111122223333-eu-west-1/dvc/a'],
    ]) expect(may(action!, resource!), `${action} ${resource}`).toBe(false);
  });
  it('is off unless config.ts says otherwise: no role, no rule, and no right to a secret', () => {
    const { foundation, services } = made(withEndpoint({ capture: { share: 1, keepDays: 30 } }));
    for (const type of ['AWS::Events::Rule', 'AWS::Events::Connection', 'AWS::Events::ApiDestination']) Template.fromStack(services['prod']!).resourceCountIs(type, 0);
    const text = JSON.stringify(Template.fromStack(foundation).toJSON());
    expect(text).not.toContain('hearth-foundation-drift');
    expect(text).not.toContain('secretsmanager');
  });
});
