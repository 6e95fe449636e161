import { Stack } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import { resolve } from '../endpoint.js';
import { names } from '../names.js';
import { allow } from '../policy.js';
import type { Endpoint, Environment } from '../types.js';

export interface ExecutionProps {
  readonly environment: Environment;
  readonly endpoints: readonly Endpoint[];
  readonly boundary: iam.ManagedPolicy;
}

/**
 * What CloudFormation acts as when it makes one environment: whole services, but only on names that
 * begin with hearth-ENVIRONMENT-. What AWS names by chance (an API, a network) cannot be told apart
 * so; environments that must not reach even those of each other want an account each.
 */
export class ExecutionRole extends Construct {
  constructor(scope: Construct, id: string, { environment, endpoints, boundary }: ExecutionProps) {
    super(scope, id);
    const { account, region } = Stack.of(this);
    const own = `hearth-${environment.name}-*`;
    const here = endpoints.map((endpoint) => resolve(endpoint, environment));
    const role = new iam.Role(this, 'Role', {
      roleName: names.executionRole(environment.name),
      assumedBy: new iam.ServicePrincipal('cloudformation.amazonaws.com'),
    });
    const arn = (service: string, name: string): string => `arn:aws:${service}:${region}:${account}:${name}`;
    const roles = `arn:aws:iam::${account}:role/${own}`;
    const may = (sid: string, reason: string, actions: string[], resources: string[], conditions?: Record<string, unknown>): void =>
      allow(role, { sid, actions, resources, conditions, reason });

    may('Own', 'CloudFormation makes, changes and removes these wholly; that they are of this environment is in their names.',
      ['codedeploy:*', 'lambda:*', 'sns:*', 'states:*'], [
        arn('codedeploy', `application:${own}`), arn('codedeploy', `deploymentgroup:${own}`), arn('codedeploy', `deploymentconfig:${own}`),
        arn('lambda', `function:${own}`), arn('sns', own), arn('states', `stateMachine:${own}`),
      ]);
    may('OwnLogs', 'The log groups of this environment, by name.', ['logs:*'],
      ['', '/aws/vendedlogs'].map((prefix) => arn('logs', `log-group:${prefix}/hearth/${environment.name}/*`)));
    may('OwnAlarms', 'Alarms and the dashboard of this environment, by name.', ['cloudwatch:*'],
      [arn('cloudwatch', `alarm:${own}`), `arn:aws:cloudwatch::${account}:dashboard/${own}`]);
    may('OwnBuckets', 'The buckets and not what is in them: no deployment reads or deletes a file.',
      ['s3:CreateBucket', 's3:DeleteBucket*', 's3:Get*Configuration', 's3:GetBucket*',
        's3:ListBucket', 's3:ListTagsForResource', 's3:PutBucket*', 's3:PutEncryptionConfiguration', 's3:PutLifecycleConfiguration', 's3:TagResource', 's3:UntagResource'],
      [`arn:aws:s3:::${own}`]);
    may('MakeRoles', 'Only roles of this environment, and only inside its boundary.',
      ['iam:AttachRolePolicy', 'iam:CreateRole', 'iam:PutRolePermissionsBoundary', 'iam:PutRolePolicy'], [roles],
      { StringEquals: { 'iam:PermissionsBoundary': boundary.managedPolicyArn } });
    may('OwnRoles', 'Reading them, naming them, and taking from them; nothing that gives.',
      ['iam:DeleteRole', 'iam:DeleteRolePolicy', 'iam:DetachRolePolicy', 'iam:Get*', 'iam:List*', 'iam:TagRole', 'iam:UntagRole',
        'iam:UpdateAssumeRolePolicy', 'iam:UpdateRole', 'iam:UpdateRoleDescription'], [roles]);
    const isScheduled = here.some(({ batch }) => batch?.schedule !== undefined);
    const isArriving = here.some(({ batch }) => batch?.onArrival !== undefined);
    const isCaptured = here.some((endpoint) => endpoint.capture !== undefined);
    const isRetrained = here.some(({ capture }) => capture?.retrain === true);
    // AWS documents no name of CloudWatch Logs for this condition, and its principal has two.
    const services = ['codedeploy', 'ecs-tasks', 'lambda', 'states', 'vpc-flow-logs', ...(isCaptured ? ['firehose', 'logs', `logs.${region}`] : []),
      ...(isScheduled ? ['scheduler'] : []), ...(isArriving || isRetrained ? ['events'] : [])];
    may('PassRoles', 'Roles of this environment, to the services that are in it.', ['iam:PassRole'], [roles],
      { StringEquals: { 'iam:PassedToService': services.map((service) => `${service}.amazonaws.com`) } });
    allow(role, { sid: 'Images', actions: ['ecr:BatchGetImage', 'ecr:GetDownloadUrlForLayer', 'ecr:GetRepositoryPolicy'], resources: [arn('ecr', `repository/${names.repository}`)] });
    may('ByChance', 'API Gateway names its APIs by chance; environments that must not reach those of each other want an account each.', ['apigateway:*'],
      ['account', 'apikeys', 'apis', 'domainnames', 'restapis', 'tags', 'usageplans'].flatMap((path) => [`arn:aws:apigateway:${region}::/${path}`, `arn:aws:apigateway:${region}::/${path}/*`]));
    // CodeDeploy's own page names a resource of StopDeployment, the service authorization reference none: a star serves both.
    may('Anywhere', 'These take no resource, or read only.', ['cloudwatch:DescribeAlarms', 'codedeploy:Get*', 'codedeploy:List*', 'codedeploy:StopDeployment', 'lambda:GetAccountSettings',
      'logs:*LogDeliver*', 'logs:DescribeLogGroups', 'logs:DescribeResourcePolicies', 'logs:PutResourcePolicy', 'states:ValidateStateMachineDefinition', 'xray:Get*'], ['*']);
    const zones = here.flatMap((endpoint) => (endpoint.domain?.zone === undefined ? [] : [`arn:aws:route53:::hostedzone/${endpoint.domain.zone.id}`]));
    if (zones.length > 0) {
      allow(role, { sid: 'Records', actions: ['route53:ChangeResourceRecordSets', 'route53:GetHostedZone', 'route53:ListResourceRecordSets'], resources: [...new Set(zones)] });
      may('Changes', 'Route 53 names its changes by chance.', ['route53:GetChange'], ['arn:aws:route53:::change/*']);
      may('Zones', 'Looking for a zone takes no resource.', ['route53:ListHostedZones'], ['*']);
    }
    // The account's first custom domain makes this role: github.com/amplify-education/serverless-domain-manager/issues/112
    if (here.some(({ compute, domain }) => compute === 'lambda' && domain !== undefined)) this.linkedRole(role, 'Domains', ['ops.apigateway']);
    if (isScheduled) {
      may('OwnSchedules', 'The schedules of this environment, by name.', ['scheduler:*'],
        [arn('scheduler', `schedule-group/${own}`), arn('scheduler', `schedule/${own}`)]);
    }
    if (isArriving || isRetrained) may('OwnRules', 'The rules of this environment, by name.', ['events:*'], [arn('events', `rule/${own}`)]);
    if (isRetrained) {
      may('OwnDestinations', 'What EventBridge asks, and how it logs in there, of this environment by name.', ['events:*'],
        [arn('events', `api-destination/${own}`), arn('events', `connection/${own}`)]);
      may('Token', 'The token of GitHub, and the copies that EventBridge keeps of it; Secrets Manager ends their names in letters by chance.',
        ['secretsmanager:CreateSecret', 'secretsmanager:DeleteSecret', 'secretsmanager:DescribeSecret', 'secretsmanager:GetSecretValue', 'secretsmanager:PutSecretValue', 'secretsmanager:UpdateSecret'],
        [arn('secretsmanager', `secret:events!connection/${own}`)]);
      may('ReadToken', 'Secrets Manager ends the name of a secret in letters by chance.', ['secretsmanager:GetSecretValue'],
        [arn('secretsmanager', `secret:${names.githubSecret}-*`)]);
      this.linkedRole(role, 'Connections', ['apidestinations.events']);
    }
    if (isCaptured) {
      const tables = `hearth_${environment.name}_*`;
      may('OwnRecords', 'The streams, the tables and the groups of queries of this environment, by name; no record is read.', [
        'athena:CreateWorkGroup', 'athena:DeleteWorkGroup', 'athena:GetWorkGroup', 'athena:ListTagsForResource', 'athena:TagResource', 'athena:UntagResource', 'athena:UpdateWorkGroup',
        'firehose:*', 'glue:CreateDatabase', 'glue:CreateTable', 'glue:DeleteDatabase', 'glue:DeleteTable', 'glue:GetDatabase', 'glue:GetTable', 'glue:UpdateDatabase', 'glue:UpdateTable',
      ], [
        arn('athena', `workgroup/${own}`), arn('firehose', `deliverystream/${own}`),
        arn('glue', 'catalog'), arn('glue', `database/${tables}`), arn('glue', `table/${tables}/*`), arn('glue', `userDefinedFunction/${tables}/*`),
      ]);
      may('LakeFormation', 'CloudFormation asks whether Lake Formation governs a table; this takes no resource.',
        ['lakeformation:DescribeLakeFormationIdentityCenterConfiguration', 'lakeformation:DescribeResource', 'lakeformation:ListResources'], ['*']);
    }
    if (here.some((endpoint) => endpoint.alarms.anomalies.length > 0)) {
      may('Bands', 'What anomaly detection learns has no name and takes no resource.',
        ['cloudwatch:DeleteAnomalyDetector', 'cloudwatch:DescribeAnomalyDetectors', 'cloudwatch:PutAnomalyDetector'], ['*']);
    }
    if (here.some((endpoint) => endpoint.compute === 'fargate')) {
      may('Fargate', 'Networks and balancers are named by chance; the region is the least that can be said.',
        ['application-autoscaling:*', 'ec2:*', 'ecs:*', 'elasticloadbalancing:*'], ['*'], { StringEquals: { 'aws:RequestedRegion': region } });
      this.linkedRole(role, 'LinkedRoles', ['ecs', 'ecs.application-autoscaling', 'elasticloadbalancing']);
      // The template names this role to RegisterScalableTarget. Whether that counts as passing it AWS does not
      // say; nobody but the service can use it, so allowing it gives nothing away.
      allow(role, {
        sid: 'PassLinkedRole', actions: ['iam:PassRole'],
        resources: [`arn:aws:iam::${account}:role/aws-service-role/ecs.application-autoscaling.amazonaws.com/AWSServiceRoleForApplicationAutoScaling_ECSService`],
      });
    }
  }

  private linkedRole(role: iam.Role, sid: string, services: readonly string[]): void {
    allow(role, {
      sid, actions: ['iam:CreateServiceLinkedRole'], resources: [`arn:aws:iam::${Stack.of(this).account}:role/aws-service-role/*`],
      conditions: { StringEquals: { 'iam:AWSServiceName': services.map((service) => `${service}.amazonaws.com`) } },
      reason: 'The roles that these services make for themselves.',
    });
  }
}
