import { CliCredentialsStackSynthesizer, RemovalPolicy } from 'aws-cdk-lib';
import type { Project } from './types.js';

/**
 * Names that one stack makes and another, a script or a person refers to. Every name of an
 * environment begins with hearth-ENVIRONMENT-, and no name of the foundation does: a role that may
 * touch one environment is told by that from what it may not touch.
 */
export const names = {
  stack: (environment: string) => `hearth-${environment}`,
  repository: 'hearth',
  bucket: (project: Project, what: 'dvc' | 'assets' | 'logs') => `hearth-foundation-${what}-${project.account}-${project.region}`,
  deployRole: (environment: string) => `hearth-foundation-deploy-${environment}`,
  /** What CloudFormation acts as. */
  executionRole: (environment: string) => `hearth-foundation-execution-${environment}`,
  /** The most that any role of the environment can ever be allowed. */
  boundary: (environment: string) => `hearth-foundation-boundary-${environment}`,
  /** Of Secrets Manager: an object whose `token` may write to the repository on GitHub. A person makes it. */
  githubSecret: 'hearth/github',
  logGroup: (environment: string, endpoint: string, what: string) => `${VENDED.includes(what) ? VENDED_PREFIX : ''}/hearth/${environment}/${endpoint}/${what}`,
};

/**
 * Log groups that AWS's log delivery writes. Under this prefix one statement of the account's resource
 * policy covers them all; elsewhere each adds its own, and the policy ends at 5,120 characters:
 * docs.aws.amazon.com/AmazonCloudWatch/latest/logs/AWS-logs-and-resource-policy.html
 */
const VENDED_PREFIX = '/aws/vendedlogs';
const VENDED: readonly string[] = ['access', 'batch-machine'];

/**
 * Templates go through the foundation's bucket under the name of their environment, with the
 * caller's own credentials. `cdk bootstrap` is not needed, and with it goes its role for
 * CloudFormation, which is an administrator and shared by all environments.
 */
export function synthesizer(project: Project, environment: string): CliCredentialsStackSynthesizer {
  return new CliCredentialsStackSynthesizer({ fileAssetsBucketName: names.bucket(project, 'assets'), bucketPrefix: `${environment}/` });
}

/**
 * Deletion policy of what has a name of its own and must outlive its stack. Plain RETAIN would also keep
 * what a failed first deployment made, and the next try would find the name taken. What a deleted stack
 * left is taken in again by `--import-existing-resources` in scripts/deploy.sh, which asks for this policy:
 * docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/import-resources-automatically.html
 */
export const KEPT = RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE;

/** The same for what only a protected environment keeps. */
export const keptIf = (isProtected: boolean): RemovalPolicy => (isProtected ? KEPT : RemovalPolicy.DESTROY);

/** A bucket of an endpoint. No other account may have it, so the account is in its name. */
export function endpointBucket(project: Project, environment: string, endpoint: string, what: 'batch' | 'capture'): string {
  return `hearth-${environment}-${endpoint}-${what}-${project.account}`;
}

/** Where captured records lie in their bucket. */
export const RECORDS = 'records';
