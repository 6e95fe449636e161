import * as ecr from 'aws-cdk-lib/aws-ecr';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import type * as logs from 'aws-cdk-lib/aws-logs';
import { Duration } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { acknowledge } from '../acknowledge.js';
import { names } from '../names.js';
import type { ResolvedEndpoint } from '../endpoint.js';
import type { Released } from '../release.js';

export interface ImageFunctionProps {
  readonly functionName: string;
  readonly endpoint: ResolvedEndpoint;
  readonly released: Released;
  readonly logGroup: logs.ILogGroup;
  readonly memoryMiB: number;
  readonly timeoutSeconds: number;
  readonly entrypoint?: string[];
  readonly reserved?: number;
  readonly environment: Record<string, string>;
}

/** A function of the released image: the digest that was built and tested, never a tag. */
export function imageFunction(scope: Construct, id: string, props: ImageFunctionProps): lambda.DockerImageFunction {
  const { endpoint, released, logGroup } = props;
  // It may write to its own log group; AWSLambdaBasicExecutionRole would let it write to all.
  const role = new iam.Role(scope, `${id}Role`, {
    roleName: `${props.functionName}-function`,
    assumedBy: new iam.ServicePrincipal('lambda.amazonaws.com'),
  });
  logGroup.grantWrite(role);
  acknowledge(role, 'X-Ray takes no resource.', 'IAM5[Resource::*]');
  const repository = ecr.Repository.fromRepositoryName(scope, `${id}Repository`, names.repository);
  return new lambda.DockerImageFunction(scope, id, {
    functionName: props.functionName,
    description: `model ${released.version}`,
    code: lambda.DockerImageCode.fromEcr(repository, { tagOrDigest: released.digest, entrypoint: props.entrypoint }),
    architecture: endpoint.architecture === 'arm64' ? lambda.Architecture.ARM_64 : lambda.Architecture.X86_64,
    memorySize: props.memoryMiB,
    timeout: Duration.seconds(props.timeoutSeconds),
    reservedConcurrentExecutions: props.reserved,
    role,
    logGroup,
    // As text: the lines are JSON already, and Lambda would wrap EMF into a JSON of its own.
    loggingFormat: lambda.LoggingFormat.TEXT,
    tracing: lambda.Tracing.ACTIVE,
    environment: props.environment,
  });
}
