import { Match, Template } from 'aws-cdk-lib/assertions';
import { beforeAll, describe, expect, it } from 'vitest';
import { isOfBatch, TABLE, tableMetric, type TableMetric } from '../src/metrics.js';
import { digest, everything, listed, type Made, made, releaseOf, withEndpoint } from './fixtures.js';

let all: Made;
let template: Template;
beforeAll(() => {
  all = made(everything);
  template = Template.fromStack(all.services['every']!);
});

const of = (name: string): object => ({ FunctionName: `hearth-every-${name}` });

describe('a function', () => {
  it('is the released digest, on arm64 unless said otherwise', () => {
    template.hasResourceProperties('AWS::Lambda::Function', {
      ...of('signed'), PackageType: 'Image', MemorySize: 512, Timeout: 10, Architectures: ['arm64'], ReservedConcurrentExecutions: 20,
      Code: { ImageUri: { 'Fn::Join': ['', Match.arrayWith([Match.stringLikeRegexp(`hearth@${digest('a')}$`)])] } },
    });
    template.hasResourceProperties('AWS::Lambda::Function', { ...of('key'), Architectures: ['x86_64'] });
  });
  it('prints lines that no wrapper spoils, under a name of its own', () => {
    template.hasResourceProperties('AWS::Lambda::Function', {
      ...of('token'), LoggingConfig: { LogFormat: 'Text' }, Environment: { Variables: Match.objectLike({ AWS_EMF_SERVICE_NAME: 'hearth-every-token' }) },
    });
  });
  it('is reached by its alias alone', () => {
    for (const { Properties } of Object.values(template.findResources('AWS::Lambda::Permission'))) {
      if (!JSON.stringify(Properties).includes('Batch')) expect(JSON.stringify(Properties.FunctionName)).toContain('Live');
    }
  });
  it('keeps environments warm where it is asked to', () => {
    template.hasResourceProperties('AWS::Lambda::Alias', { Name: 'live', ProvisionedConcurrencyConfig: { ProvisionedConcurrentExecutions: 2 } });
  });
});

describe('a deployment', () => {
  it('is a canary that its alarms take back', () => {
    template.hasResourceProperties('AWS::CodeDeploy::DeploymentConfig', { TrafficRoutingConfig: { Type: 'TimeBasedCanary', TimeBasedCanary: { CanaryPercentage: 10, CanaryInterval: 5 } } });
    const groups = Object.values(template.findResources('AWS::CodeDeploy::DeploymentGroup'));
    expect(groups).toHaveLength(5);
    for (const { Properties } of groups) {
      // Without metrics only what AWS counts; with variants the latency of each that answers.
      const alarms: Record<string, number> = { 'hearth-every-url': 2, 'hearth-every-open': 6 };
      expect(Properties.AlarmConfiguration.Alarms).toHaveLength(alarms[Properties.DeploymentGroupName as string] ?? 5);
      expect(Properties.AutoRollbackConfiguration.Events).toContain('DEPLOYMENT_STOP_ON_ALARM');
    }
    for (const alias of Object.values(template.findResources('AWS::Lambda::Alias'))) expect(alias.UpdatePolicy.CodeDeployLambdaAliasUpdate).toBeDefined();
  });
  it('is taken back by the answers, the latency, and lines that CloudWatch cannot read', () => {
    for (const [MetricName, Namespace] of [['Errors', 'AWS/Lambda'], ['latency.handler', 'Hearth'], ['EMFParsingErrors', 'AWS/Logs'], ['EMFValidationErrors', 'AWS/Logs']]) {
      template.hasResourceProperties('AWS::CloudWatch::Alarm', { MetricName, Namespace, TreatMissingData: 'notBreaching' });
    }
  });
  it('is not taken back where Lambda throttles, which an API answers with 5xx', () => {
    template.hasResourceProperties('AWS::CloudWatch::Alarm', {
      AlarmName: 'hearth-every-signed-server-errors', EvaluationPeriods: 3, DatapointsToAlarm: 2, TreatMissingData: 'notBreaching',
      Metrics: [
        Match.objectLike({ Expression: 'answered - FILL(throttled, 0)' }),
        Match.objectLike({ Id: 'answered', MetricStat: Match.objectLike({ Metric: Match.objectLike({ MetricName: '5xx', Namespace: 'AWS/ApiGateway' }) }) }),
        Match.objectLike({ Id: 'throttled', MetricStat: Match.objectLike({ Metric: Match.objectLike({ MetricName: 'Throttles', Namespace: 'AWS/Lambda' }) }) }),
      ],
    });
  });
  it('goes over at once in dev, and when it is a rollback', () => {
    const { services } = made(listed);
    Template.fromStack(services['dev']!).hasResourceProperties('AWS::CodeDeploy::DeploymentGroup', { DeploymentConfigName: 'CodeDeployDefault.LambdaAllAtOnce' });
    Template.fromStack(services['prod']!).resourceCountIs('AWS::CodeDeploy::DeploymentConfig', 1);
    const back = made(listed, releaseOf(listed, 'b'), true);
    Template.fromStack(back.services['prod']!).resourceCountIs('AWS::CodeDeploy::DeploymentConfig', 0);
  });
  it('of tasks is taken back by ECS', () => {
    template.hasResourceProperties('AWS::ECS::Service', { DeploymentConfiguration: { DeploymentCircuitBreaker: { Enable: true, Rollback: true }, Alarms: { Enable: true, Rollback: true } } });
    template.hasResourceProperties('AWS::ElasticLoadBalancingV2::TargetGroup', { HealthCheckPath: '/health' });
  });
  it('remembers what it runs', () => template.hasOutput('Release', { Value: JSON.stringify(releaseOf(everything)) }));
});

describe('a door', () => {
  it('throttles and logs', () => {
    template.allResourcesProperties('AWS::ApiGatewayV2::Stage', { DefaultRouteSettings: { ThrottlingRateLimit: 50, ThrottlingBurstLimit: 100 } });
    template.hasResourceProperties('AWS::ApiGatewayV2::Stage', { AccessLogSettings: Match.objectLike({ Format: Match.stringLikeRegexp('requestId') }) });
    template.hasResourceProperties('AWS::ApiGateway::UsagePlan', { Quota: { Limit: 10_000, Period: 'DAY' } });
  });
  it('lets in whom config.ts lets in', () => {
    const types = Object.values(template.findResources('AWS::ApiGatewayV2::Route')).map(({ Properties }) => Properties.AuthorizationType as string);
    expect(types.sort()).toEqual([...Array(4).fill('AWS_IAM'), ...Array(4).fill('JWT'), ...Array(4).fill('NONE')]);
    template.hasResourceProperties('AWS::Lambda::Url', { AuthType: 'AWS_IAM' });
    for (const { Properties } of Object.values(template.findResources('AWS::ApiGateway::Method'))) {
      if (Properties.HttpMethod !== 'OPTIONS') expect(Properties.ApiKeyRequired).toBe(true);
    }
    template.hasResourceProperties('AWS::EC2::SecurityGroup', { SecurityGroupIngress: [Match.objectLike({ CidrIp: '10.0.0.0/8', FromPort: 443 })] });
  });
});

describe('what is kept', () => {
  it('is kept as long as the environment says', () => {
    template.allResourcesProperties('AWS::Logs::LogGroup', { RetentionInDays: 30, LogGroupName: Match.stringLikeRegexp('^(/aws/vendedlogs)?/hearth/every/') });
  });
  it('is private', () => template.allResourcesProperties('AWS::S3::Bucket', { PublicAccessBlockConfiguration: Match.objectLike({ BlockPublicPolicy: true }), BucketEncryption: Match.anyValue() }));
  it('stays when a protected environment goes', () => {
    const { services } = made(listed);
    expect(services['prod']!.terminationProtection).toBe(true);
    for (const group of Object.values(Template.fromStack(services['prod']!).findResources('AWS::Logs::LogGroup'))) expect(group.DeletionPolicy).toBe('RetainExceptOnCreate');
  });
});

describe('the dashboard', () => {
  const body = (): string => JSON.stringify(template.findResources('AWS::CloudWatch::Dashboard')).replaceAll('\\\\', '').replaceAll('\\"', '"');
  const line = (metric: string, service: string, more = ''): string => `"Hearth","${metric}","service","hearth-every-${service}"${more}`;
  const search = ({ name, dimension }: TableMetric, service: string): string => `SEARCH('{Hearth,service,${dimension}} MetricName="${name}" service="hearth-every-${service}"'`;

  it('shows every metric of the table that an endpoint writes', () => {
    const text = body();
    for (const metric of TABLE.filter((metric) => !isOfBatch(metric) && !metric.name.startsWith('shadow.'))) {
      expect(text).toContain(metric.dimension === null ? line(metric.name, 'signed') : search(metric, 'signed'));
    }
    for (const metric of TABLE.filter(isOfBatch)) expect(text).toContain(line(metric.name, 'signed-batch'));
    expect(text).toContain(line('latency.handler', 'task'));
  });
  it('shows nothing that an endpoint does not write', () => {
    expect(body()).not.toContain('"service","hearth-every-url"');
    expect(body()).not.toContain(line('latency.handler', 'open', ',"variant","next"'));
    expect(body()).not.toContain(line('capture.dropped', 'token'));
    expect(body()).not.toContain(line('shadow.agreement', 'signed'));
  });
  it('shows variants side by side, and of a shadow what it is asked for', () => {
    for (const variant of ['old', 'new']) expect(body()).toContain(line('prediction.confidence', 'open', `,"variant","${variant}"`));
    expect(body()).toContain(line('shadow.agreement', 'open', ',"variant","next"'));
    expect(body()).toContain(line('error', 'open', ',{'));
    expect(body()).toContain(`SEARCH('{Hearth,service,code} MetricName="refusal.count" service="hearth-every-open"', 'Sum')`);
    expect(body()).toContain(`SEARCH('{Hearth,service,variant,label} MetricName="prediction.count" service="hearth-every-open" variant="new"', 'Sum')`);
  });
  it('draws what the table says', () => {
    expect(tableMetric('cold_start').statistics).toEqual(['Sum']);
    expect(body()).toContain(line('cold_start', 'signed', ',{"label":"Sum","period":60,"stat":"Sum"}'));
  });
  it('knows no metric that the function does not write', () => expect(() => tableMetric('latency.total')).toThrow(/writes no metric latency.total/));
});

describe('a batch', () => {
  const machine = (of = template): Record<string, any> => {
    const [found] = Object.values(of.findResources('AWS::StepFunctions::StateMachine'));
    return JSON.parse((found!.Properties.DefinitionString['Fn::Join'][1] as unknown[]).map((part) => (typeof part === 'string' ? part : 'X')).join(''));
  };
  const plain = { memoryMiB: 1769, timeoutSeconds: 900, concurrency: 40, toleratedFailurePercentage: 5 };

  it('looks for its input, and predicts folders by a Distributed Map', () => {
    const { States } = machine();
    expect(States.Look.Parameters).toEqual({ 'look.$': '$', 'bucket': 'X', 'kinds': ['inventory', 'list', 'parquet'], 'started.$': '$$.Execution.StartTime', 'now.$': '$$.State.EnteredTime' });
    expect(States.IsThere.Choices.at(-1)).toEqual({ Variable: '$.found', BooleanEquals: true, Next: 'EachObject' });
    expect(States.IsThere.Default).toBe('Late');
    expect(States.Late).toMatchObject({ Type: 'Wait', SecondsPath: '$.wait_seconds', Next: 'Look' });
    expect(States.EachObject).toMatchObject({
      Type: 'Map', MaxConcurrency: 40, ToleratedFailurePercentage: 5, ItemReader: { Parameters: { 'Prefix.$': '$.prefix' } }, ResultWriter: { Parameters: { Prefix: 'manifest' } },
      ItemProcessor: { ProcessorConfig: { Mode: 'DISTRIBUTED' }, States: { Score: { Parameters: { 'Items': [{ 'Key.$': '$.key' }], 'BatchInput.$': '$.batch' } } } },
    });
  });
  it('has a reader for each kind of file that config.ts asks for', () => {
    const { States } = machine();
    const wanted = { inventory: 'EachInventoried', list: 'EachListed', parquet: 'EachPart' };
    expect(States.IsThere.Choices.slice(0, -1)).toEqual(Object.entries(wanted).map(([kind, Next]) => ({
      And: [{ Variable: '$.found', BooleanEquals: true }, { Variable: '$.kind', StringEquals: kind }], Next,
    })));
    const reader = (config: object): object => ({ Resource: 'arn:aws:states:::s3:getObject', ReaderConfig: config, Parameters: { 'Bucket': 'X', 'Key.$': '$.prefix' } });
    expect(States.EachListed.ItemReader).toEqual(reader({ InputType: 'CSV', CSVHeaderLocation: 'FIRST_ROW' }));
    expect(States.EachInventoried.ItemReader).toEqual(reader({ InputType: 'MANIFEST', ManifestType: 'S3_INVENTORY' }));
    expect(States.EachPart).toMatchObject({
      ItemReader: reader({ InputType: 'PARQUET' }), ItemSelector: { 'index.$': '$$.Map.Item.Index', 'row.$': '$$.Map.Item.Value' },
      ItemBatcher: { MaxInputBytesPerBatch: 200_000, BatchInput: { 'batch.$': '$.batch' } },
      ItemProcessor: { States: { ScorePart: { Parameters: { 'Items.$': '$.Items', 'BatchInput.$': '$.BatchInput.batch' } } } },
    });
  });
  it('tries again where Lambda throttles', () => {
    const { Look, Arrived, EachObject } = machine().States;
    for (const { Retry } of [Look, Arrived, EachObject.ItemProcessor.States.Score]) expect(JSON.stringify(Retry)).toContain('Lambda.TooManyRequestsException');
  });
  it('starts by the clock, with the time that was scheduled', () => {
    const [schedule] = Object.values(template.findResources('AWS::Scheduler::Schedule'));
    expect(schedule!.Properties).toMatchObject({ ScheduleExpression: 'cron(0 6 * * ? *)', ScheduleExpressionTimezone: 'Europe/Berlin', FlexibleTimeWindow: { Mode: 'OFF' } });
    expect(JSON.parse(schedule!.Properties.Target.Input)).toEqual({
      input: 'input/year={yyyy-1d}/month={MM-1d}/day={dd-1d}/', time: '<aws.scheduler.scheduled-time>', zone: 'Europe/Berlin', wait_minutes: 60,
    });
  });
  it('starts when a table arrives, once for each content', () => {
    const [rule] = Object.values(template.findResources('AWS::Events::Rule', { Properties: { Name: 'hearth-every-signed-batch-arrival' } }));
    expect(rule!.Properties.EventPattern).toMatchObject({ 'source': ['aws.s3'], 'detail-type': ['Object Created'], 'detail': { object: { key: [{ prefix: 'input/arrivals/' }] } } });
    expect(machine().States.Arrived.Parameters).toMatchObject({ Items: [{ 'Key.$': '$.detail.object.key', 'Etag.$': '$.detail.object.etag' }], BatchInput: { by_etag: true } });
  });
  it('tells what keeps it from running', () => {
    const alarms = Object.values(template.findResources('AWS::CloudWatch::Alarm')).map(({ Properties }) => Properties).filter(({ AlarmName }) => AlarmName.includes('-signed-batch'));
    const of = (name: string): Record<string, any> => alarms.find(({ AlarmName }) => AlarmName === `hearth-every-signed-${name}`)!;
    expect(of('batch-input')).toMatchObject({ MetricName: 'batch.no_input', Dimensions: [{ Name: 'service', Value: 'hearth-every-signed-batch' }] });
    expect(of('batch-schedule')).toMatchObject({ Namespace: 'AWS/Scheduler', MetricName: 'InvocationDroppedCount', Dimensions: [{ Name: 'ScheduleGroup', Value: 'hearth-every-signed-batch' }] });
    expect(of('batch-arrival')).toMatchObject({ Namespace: 'AWS/Events', MetricName: 'FailedInvocations', Dimensions: [{ Name: 'RuleName', Value: 'hearth-every-signed-batch-arrival' }] });
    // A run that took too long is counted apart from those that failed.
    expect(JSON.stringify(of('batch').Metrics)).toMatch(/ExecutionsFailed.*ExecutionsTimedOut/);
  });
  it('starts by itself only where config.ts says so', () => {
    const without = Template.fromStack(made(withEndpoint({ batch: plain })).services['prod']!);
    for (const type of ['AWS::Scheduler::Schedule', 'AWS::Scheduler::ScheduleGroup', 'AWS::Events::Rule']) expect(without.findResources(type)).toEqual({});
    expect(JSON.stringify(without.toJSON())).not.toMatch(/EventBridge|scheduler|IsArrival|batch-input|EachListed|PARQUET/);
  });
});
