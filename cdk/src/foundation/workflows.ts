import { CfnOutput, Duration, Stack } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import { acknowledge } from '../acknowledge.js';
import type { Config } from '../check.js';
import { resolve } from '../endpoint.js';
import { endpointBucket, names, RECORDS } from '../names.js';
import { allow } from '../policy.js';
import type { Images } from './images.js';

const HOST = 'token.actions.githubusercontent.com';

export interface WorkflowsProps {
  readonly config: Config;
  readonly images: Images;
}

/**
 * Who GitHub's workflows are, by OIDC: there is no user and no key that could leak. Each role is
 * bound to the repository and to the branch, pull request or environment that needs it.
 */
export class Workflows extends Construct {
  private readonly provider: iam.IOIDCProviderRef;

  constructor(scope: Construct, id: string, private readonly props: WorkflowsProps) {
    super(scope, id);
    const { config: { project, environments }, images } = props;
    this.provider = project.hasIdentityProvider === true
      ? iam.OidcProviderNative.fromOidcProviderArn(this, 'GitHub', `arn:aws:iam::${project.account}:oidc-provider/${HOST}`)
      : new iam.OidcProviderNative(this, 'GitHub', { url: `https://${HOST}`, clientIds: ['sts.amazonaws.com'] });

    // Trains on a pull request: it adds models, and neither replaces nor deletes one. S3 holds it to that.
    const train = this.role('train', 'environment:training', Duration.hours(2));
    this.allowModels(train, 'add');

    // Builds the image once, from main.
    const build = this.role('build', 'ref:refs/heads/main', Duration.hours(1));
    this.allowModels(build, 'read');
    images.repository.grantPullPush(build);
    // scripts/release.sh asks for the registry's address, and for what is in it already.
    allow(build, {
      sid: 'Address', actions: ['cloudformation:DescribeStacks'], reason: 'A stack ends in an id that CloudFormation makes.',
      resources: [`arn:aws:cloudformation:${project.region}:${project.account}:stack/${names.stack('foundation')}/*`],
    });
    allow(build, {
      sid: 'Images', actions: ['ecr:DescribeImages'], resources: [`arn:aws:ecr:${project.region}:${project.account}:repository/${names.repository}`],
    });
    acknowledge(build, 'ecr:GetAuthorizationToken takes no resource.', 'IAM5[Resource::*]');

    for (const environment of environments) this.deployRole(environment.name);
    this.driftRole();
  }

  /** Compares captures with the model and retrains it, where config.ts has `capture.retrain`: reads records and true labels, and adds models. */
  private driftRole(): void {
    const { project, environments, endpoints } = this.props.config;
    const buckets = environments.flatMap((environment) => endpoints.map((listed) => resolve(listed, environment))
      .filter(({ capture }) => capture?.retrain === true)
      .map(({ name }) => `arn:aws:s3:::${endpointBucket(project, environment.name, name, 'capture')}`));
    if (buckets.length === 0) return;
    const role = this.role('drift', 'environment:drift', Duration.hours(2));
    this.allowModels(role, 'add');
    allow(role, {
      sid: 'Records', actions: ['s3:GetObject'], resources: buckets.flatMap((bucket) => [`${bucket}/${RECORDS}/*`, `${bucket}/truth/*`]),
      reason: 'Records are named by their day and the time.',
    });
    allow(role, { sid: 'ListRecords', actions: ['s3:ListBucket'], resources: buckets });
  }

  /** May hand hearth-ENVIRONMENT to CloudFormation, look at it and ask it; everything else is CloudFormation's. */
  private deployRole(environment: string): void {
    const { account, region } = Stack.of(this);
    const stack = names.stack(environment);
    const role = this.role(`deploy-${environment}`, `environment:${environment}`, Duration.hours(1));
    const may = (sid: string, reason: string, actions: string[], resources: string[], conditions?: Record<string, unknown>): void =>
      allow(role, { sid, actions, resources, conditions, reason });
    allow(role, {
      sid: 'Grants', actions: ['cloudformation:DescribeStacks'], reason: 'A stack ends in an id that CloudFormation makes.',
      resources: [`arn:aws:cloudformation:${region}:${account}:stack/${names.stack('foundation')}/*`],
    });
    allow(role, { sid: 'Quotas', actions: ['lambda:GetAccountSettings'], resources: ['*'], reason: 'How many functions may run at once; this takes no resource.' });
    // TagResource: CDK tags stacks, and AWS asks for it or not, by the account.
    may('OwnStack', 'A stack ends in an id that CloudFormation makes.', [
      'cloudformation:CancelUpdateStack', 'cloudformation:ContinueUpdateRollback', 'cloudformation:CreateChangeSet',
      'cloudformation:DeleteChangeSet', 'cloudformation:DeleteStack', 'cloudformation:Describe*',
      'cloudformation:ExecuteChangeSet', 'cloudformation:GetTemplate*', 'cloudformation:RollbackStack',
      'cloudformation:TagResource', 'cloudformation:UntagResource', 'cloudformation:UpdateTerminationProtection',
    ], [`arn:aws:cloudformation:${region}:${account}:stack/${stack}/*`]);
    allow(role, {
      sid: 'OwnExecution', actions: ['iam:PassRole'], resources: [`arn:aws:iam::${account}:role/${names.executionRole(environment)}`],
      conditions: { StringEquals: { 'iam:PassedToService': 'cloudformation.amazonaws.com' } },
    });
    const templates = `arn:aws:s3:::${names.bucket(this.props.config.project, 'assets')}`;
    may('OwnTemplates', 'A template has its content for a name.', ['s3:GetObject', 's3:PutObject'], [`${templates}/${environment}/*`]);
    allow(role, { sid: 'Templates', actions: ['s3:GetBucketLocation', 's3:GetEncryptionConfiguration', 's3:ListBucket'], resources: [templates] });
    may('OwnLogs', 'The log groups of this environment, by name.', ['logs:FilterLogEvents', 'logs:StartLiveTail'],
      [`arn:aws:logs:${region}:${account}:log-group:/hearth/${environment}/*`]);
    may('Ask', 'The smoke test. API Gateway names its APIs by chance, so which one is not for a policy to say.', ['execute-api:Invoke'],
      ['GET/health', 'POST/predict'].map((route) => `arn:aws:execute-api:${region}:${account}:*/*/${route}`));
    may('AskUrl', 'The smoke test of a function URL, on functions of this environment.', ['lambda:InvokeFunction', 'lambda:InvokeFunctionUrl'],
      [`arn:aws:lambda:${region}:${account}:function:${stack}-*`]);
  }

  /**
   * Of repositories made after 15 July 2026, and of others that asked for it, the subject has the numbers of
   * owner and repository: github.blog/changelog/2026-04-23-immutable-subject-claims-for-github-actions-oidc-tokens.
   * Both forms are trusted: which of them GitHub sends is set at the repository.
   */
  private subjects(of: string): string[] {
    const { repository, repositoryIds } = this.props.config.project;
    const [owner, name] = repository.split('/');
    return [
      `repo:${repository}:${of}`,
      ...(repositoryIds === undefined ? [] : [`repo:${owner}@${repositoryIds.owner}/${name}@${repositoryIds.repository}:${of}`]),
    ];
  }

  private role(what: string, subject: string, maxSessionDuration: Duration): iam.Role {
    const assumedBy = new iam.WebIdentityPrincipal(this.provider.oidcProviderRef.oidcProviderArn, {
      StringEquals: { [`${HOST}:aud`]: 'sts.amazonaws.com', [`${HOST}:sub`]: this.subjects(subject) },
    });
    const role = new iam.Role(this, what, { roleName: `hearth-foundation-${what}`, assumedBy, maxSessionDuration });
    new CfnOutput(this, `${what}-arn`, { value: role.roleArn, description: `for ${subject}` });
    return role;
  }

  /** Only objects by their content. CDK's grants would add every s3:GetBucket… and List…. */
  private allowModels(role: iam.Role, what: 'read' | 'add'): void {
    const bucket = `arn:aws:s3:::${names.bucket(this.props.config.project, 'dvc')}`;
    const resources = [`${bucket}/dvc/*`];
    const reason = 'An object of DVC has its content for a name, which nobody knows before.';
    const actions = what === 'read' ? ['s3:GetObject'] : ['s3:AbortMultipartUpload', 's3:GetObject'];
    allow(role, { sid: 'Models', actions, resources, reason });
    if (what === 'add') {
      // Only with If-None-Match, which S3 answers with 412 where there is such an object. The parts of an upload
      // cannot have the header and make no object; what puts them together must:
      // docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-writes-enforce.html
      allow(role, { sid: 'Add', actions: ['s3:PutObject'], resources, reason, conditions: { Null: { 's3:if-none-match': 'false' } } });
      allow(role, { sid: 'AddParts', actions: ['s3:PutObject'], resources, reason, conditions: { Bool: { 's3:ObjectCreationOperation': 'false' } } });
    }
    // For the whole bucket: of a missing object S3 says 404 only to who may list, and 403 to others. Whether a
    // condition on s3:prefix counts then, AWS does not say; a request for one object has no prefix.
    allow(role, { sid: 'ListModels', actions: ['s3:ListBucket'], resources: [bucket] });
  }
}
