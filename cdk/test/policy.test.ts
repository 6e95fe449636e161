import { Template } from 'aws-cdk-lib/assertions';
import { describe, expect, it } from 'vitest';
import { everything, listed, made } from './fixtures.js';
import { roleOf } from './policy.js';

const foundation = Template.fromStack(made(listed).foundation);
const at = (service: string, name: string): string => `arn:aws:${service}:eu-west-1:111122223333:${name}`;
const role = (name: string): string => `arn:aws:iam::111122223333:role/${name}`;
const dvc = 'arn:aws:s3:::hearth-foundation-dvc-111122223333-eu-west-1';

describe('the role that deploys dev', () => {
  const { may, trust } = roleOf(foundation, 'hearth-foundation-deploy-dev');
  const toCloudFormation = { 'iam:PassedToService': 'cloudformation.amazonaws.com' };

  it('is for the environment dev of this repository and for nobody else', () => {
    expect(trust).toMatchObject({ Statement: [{ Action: 'sts:AssumeRoleWithWebIdentity', Condition: { StringEquals: {
      'token.actions.githubusercontent.com:aud': 'sts.amazonaws.com', 'token.actions.githubusercontent.com:sub': ['repo:example/hearth:environment:dev', 'repo:example@1234567/hearth@7654321:environment:dev'],
    } } }] });
  });
  it('deploys its stack', () => {
    for (const action of ['CreateChangeSet', 'ExecuteChangeSet', 'DescribeStacks', 'DescribeStackEvents', 'DeleteStack', 'CancelUpdateStack']) {
      expect(may(`cloudformation:${action}`, at('cloudformation', 'stack/hearth-dev/0-1')), action).toBe(true);
    }
    expect(may('iam:PassRole', role('hearth-foundation-execution-dev'), toCloudFormation)).toBe(true);
    expect(may('s3:PutObject', 'arn:aws:s3:::hearth-foundation-assets-111122223333-eu-west-1/dev/0.json')).toBe(true);
  });
  it.each([
    ['another stack', 'cloudformation:DeleteStack', at('cloudformation', 'stack/hearth-prod/0-1')],
    ['the foundation', 'cloudformation:CreateChangeSet', at('cloudformation', 'stack/hearth-foundation/0-1')],
    ['a stack whose name begins alike', 'cloudformation:CreateChangeSet', at('cloudformation', 'stack/hearth-dev2/0-1')],
    ['templates of prod', 's3:PutObject', 'arn:aws:s3:::hearth-foundation-assets-111122223333-eu-west-1/prod/0.json'],
    ['models', 's3:GetObject', `${dvc}/dvc/files/md5/00/11`],
    ['functions, but by CloudFormation', 'lambda:UpdateFunctionCode', at('lambda', 'function:hearth-dev-messages')],
    ['functions of prod', 'lambda:InvokeFunction', at('lambda', 'function:hearth-prod-messages')],
    ['logs of prod', 'logs:FilterLogEvents', at('logs', 'log-group:/hearth/prod/messages/function')],
    ['images', 'ecr:PutImage', at('ecr', 'repository/hearth')],
    ['other roles', 'sts:AssumeRole', role('hearth-foundation-deploy-prod')],
    ['users', 'iam:CreateUser', 'arn:aws:iam::111122223333:user/a'],
    ['its own role', 'iam:PutRolePolicy', role('hearth-foundation-deploy-dev')],
  ])('cannot touch %s', (_, action, resource) => expect(may(action, resource, toCloudFormation)).toBe(false));
  it('hands on no role but its own, and to nobody but CloudFormation', () => {
    expect(may('iam:PassRole', role('hearth-foundation-execution-prod'), toCloudFormation)).toBe(false);
    expect(may('iam:PassRole', role('hearth-foundation-execution-dev'), { 'iam:PassedToService': 'lambda.amazonaws.com' })).toBe(false);
  });
});

describe('what CloudFormation acts as in dev', () => {
  const { may } = roleOf(foundation, 'hearth-foundation-execution-dev');
  const bounded = { 'iam:PermissionsBoundary': 'x' };

  it('makes roles of dev inside the boundary only', () => {
    // The boundary is a reference: no plain value equals it.
    expect(may('iam:CreateRole', role('hearth-dev-messages-function'))).toBe(false);
    expect(may('iam:CreateRole', role('hearth-dev-messages-function'), bounded)).toBe(false);
    expect(JSON.stringify(foundation.toJSON())).toMatch(/"iam:PermissionsBoundary":\{"Ref":"BoundarydevPolicy/);
  });
  it.each([
    ['roles of the foundation', 'iam:PutRolePolicy', role('hearth-foundation-deploy-dev')],
    ['the boundary', 'iam:CreatePolicyVersion', 'arn:aws:iam::111122223333:policy/hearth-foundation-boundary-dev'],
    ['the way out of the boundary', 'iam:DeleteRolePermissionsBoundary', role('hearth-dev-messages-function')],
    ['functions of prod', 'lambda:DeleteFunction', at('lambda', 'function:hearth-prod-messages')],
    ['models', 's3:GetObject', `${dvc}/dvc/files/md5/00/11`],
    ['the bucket of models', 's3:DeleteBucket', dvc],
    ['what is in its own buckets', 's3:DeleteObject', 'arn:aws:s3:::hearth-dev-messages-batch-111122223333/output/a'],
    ['images', 'ecr:BatchDeleteImage', at('ecr', 'repository/hearth')],
    ['users', 'iam:CreateUser', 'arn:aws:iam::111122223333:user/a'],
    ['machines, where no endpoint is a task', 'ec2:RunInstances', at('ec2', 'instance/i-0')],
  ])('cannot touch %s', (_, action, resource) => expect(may(action, resource, { ...bounded, 'aws:RequestedRegion': 'eu-west-1' })).toBe(false));
});

describe('the other roles', () => {
  it('train adds models and deletes none', () => {
    const { may, trust } = roleOf(foundation, 'hearth-foundation-train');
    expect(JSON.stringify(trust)).toContain('"repo:example/hearth:environment:training"');
    const model = `${dvc}/dvc/files/md5/00/11`;
    expect(may('s3:PutObject', model, { 's3:if-none-match': '*', 's3:ObjectCreationOperation': 'true' })).toBe(true);
    expect(may('s3:PutObject', model, { 's3:ObjectCreationOperation': 'true' }), 'without If-None-Match it may replace').toBe(false);
    expect(may('s3:PutObject', model, { 's3:ObjectCreationOperation': 'false' }), 'parts').toBe(true);
    expect(may('s3:ListBucket', dvc), 'for a missing object, a request without a prefix').toBe(true);
    for (const action of ['s3:DeleteObject', 's3:DeleteObjectVersion', 's3:PutBucketPolicy', 's3:PutLifecycleConfiguration']) {
      expect(may(action, `${dvc}/dvc/files/md5/00/11`), action).toBe(false);
    }
  });
  it('trust a repository by its name alone where config.ts has no numbers', () => {
    const { repositoryIds: _, ...project } = listed.project;
    const { trust } = roleOf(Template.fromStack(made({ ...listed, project }).foundation), 'hearth-foundation-deploy-dev');
    expect(JSON.stringify(trust)).toContain(':sub":["repo:example/hearth:environment:dev"]');
  });
  it('build reads models, from main only', () => {
    const { may, trust } = roleOf(foundation, 'hearth-foundation-build');
    expect(JSON.stringify(trust)).toContain('"repo:example/hearth:ref:refs/heads/main"');
    expect(may('s3:GetObject', `${dvc}/dvc/files/md5/00/11`)).toBe(true);
    expect(may('s3:PutObject', `${dvc}/dvc/files/md5/00/11`)).toBe(false);
    expect(may('cloudformation:DescribeStacks', at('cloudformation', 'stack/hearth-foundation/0-1'))).toBe(true);
    expect(may('ecr:DescribeImages', at('ecr', 'repository/hearth'))).toBe(true);
    expect(may('ecr:BatchDeleteImage', at('ecr', 'repository/hearth'))).toBe(false);
  });
  it('nobody is a user, a key or an administrator', () => {
    for (const config of [listed, everything]) {
      const { foundation: stack, services } = made(config);
      for (const one of [stack, ...Object.values(services)]) {
        expect(JSON.stringify(Template.fromStack(one).toJSON())).not.toMatch(/AdministratorAccess|AWS::IAM::User|AccessKey"/);
      }
    }
  });
  it('every role of a service stack has the boundary', () => {
    const template = Template.fromStack(made(everything).services['every']!);
    for (const { Properties } of Object.values(template.findResources('AWS::IAM::Role'))) {
      expect(JSON.stringify(Properties.PermissionsBoundary)).toContain('policy/hearth-foundation-boundary-every');
    }
  });
});
