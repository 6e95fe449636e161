import type * as cw from 'aws-cdk-lib/aws-cloudwatch';
import { Duration } from 'aws-cdk-lib';
import * as codedeploy from 'aws-cdk-lib/aws-codedeploy';
import * as iam from 'aws-cdk-lib/aws-iam';
import type * as lambda from 'aws-cdk-lib/aws-lambda';
import type { Construct } from 'constructs';
import { acknowledge } from '../acknowledge.js';
import { fullName, type ResolvedEndpoint } from '../endpoint.js';
import type { Environment } from '../types.js';

export interface ShiftProps {
  readonly environment: Environment;
  readonly endpoint: ResolvedEndpoint;
  readonly alias: lambda.Alias;
  readonly alarms: cw.Alarm[];
  readonly isRollback: boolean;
}

/**
 * Takes traffic over to a new version by and by; an alarm takes all of it back and fails the deployment.
 * A rollback goes over at once and with its alarms off: CodeDeploy stops a deployment, also one that
 * mends, while an alarm of its group fires (github.com/davidgf/serverless-plugin-canary-deployments/issues/82).
 */
export function shift(scope: Construct, { environment, endpoint, alias, alarms, isRollback }: ShiftProps): void {
  const name = fullName(environment, endpoint);
  const { canary } = environment;
  const deploymentConfig = isRollback || canary === 'all-at-once'
    ? codedeploy.LambdaDeploymentConfig.ALL_AT_ONCE
    : new codedeploy.LambdaDeploymentConfig(scope, `Canary${canary.percent}Percent${canary.minutes}Minutes`, {
      // Its numbers are in its name: CodeDeploy cannot change a configuration, only make another.
      deploymentConfigName: `${name}-${canary.percent}-percent-${canary.minutes}-minutes`,
      trafficRouting: codedeploy.TrafficRouting.timeBasedCanary({ percentage: canary.percent, interval: Duration.minutes(canary.minutes) }),
    });
  const role = new iam.Role(scope, 'ShiftRole', { roleName: `${name}-shift`, assumedBy: new iam.ServicePrincipal('codedeploy.amazonaws.com') });
  const application = new codedeploy.LambdaApplication(scope, 'Application', { applicationName: name });
  const group = new codedeploy.LambdaDeploymentGroup(scope, 'Shift', {
    application,
    deploymentGroupName: name,
    alias,
    alarms,
    deploymentConfig,
    role,
    ignoreAlarmConfiguration: isRollback,
    autoRollback: { failedDeployment: true, stoppedDeployment: true, deploymentInAlarm: !isRollback },
  });
  group.node.addDependency(role);
  acknowledge(role, 'The policy that CodeDeploy documents for Lambda; the boundary of the environment holds it to its own functions.',
    'IAM4[Policy::arn:<AWS::Partition>:iam::aws:policy/service-role/AWSCodeDeployRoleForLambdaLimited]');
}
