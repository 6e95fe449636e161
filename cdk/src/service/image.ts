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
  if (endpoint.tracing === 'sampled') acknowledge(role, 'X-Ray takes no resource.', 'IAM5[Resource::*]');
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
    // Lambda does not encode once more what is JSON already, such as EMF, and drops START, END and REPORT at
    // WARN: docs.aws.amazon.com/lambda/latest/dg/monitoring-cloudwatchlogs-logformat.html. Text is the default,
    // since no account has shown it here; metrics that CloudWatch cannot read would raise the alarm emf-parsing.
    ...(endpoint.platformLog === 'warnings'
      ? { loggingFormat: lambda.LoggingFormat.JSON, systemLogLevelV2: lambda.SystemLogLevel.WARN, applicationLogLevelV2: lambda.ApplicationLogLevel.INFO }
      : { loggingFormat: lambda.LoggingFormat.TEXT }),
    // Lambda's own sampling; it takes no other: docs.aws.amazon.com/lambda/latest/dg/services-xray.html
    tracing: endpoint.tracing === 'sampled' ? lambda.Tracing.ACTIVE : lambda.Tracing.DISABLED,
    environment: props.environment,
  });
}
