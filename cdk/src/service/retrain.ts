import * as events from 'aws-cdk-lib/aws-events';
import * as iam from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import { answering, fullName, type ResolvedEndpoint } from '../endpoint.js';
import { names } from '../names.js';
import { allow } from '../policy.js';
import type { Environment } from '../types.js';
import type { EndpointProps } from './watched.js';

/**
 * Starts the drift workflow on GitHub when the drift alarm fires: a rule, and an API destination that sends
 * `repository_dispatch`. The token is read from a secret of yours when the stack is deployed, and EventBridge
 * keeps a copy: docs.aws.amazon.com/eventbridge/latest/userguide/eb-api-destinations.html. What is not
 * delivered has no alarm of its own: the workflow also runs each week.
 */
export class Retrain extends Construct {
  constructor(scope: Construct, id: string, { project, environment, endpoint }: EndpointProps) {
    super(scope, id);
    const name = `${fullName(environment, endpoint)}-retrain`;
    const connection = new events.CfnConnection(this, 'Connection', {
      name,
      description: `GitHub's API as a writer of ${project.repository}`,
      authorizationType: 'API_KEY',
      authParameters: { apiKeyAuthParameters: { apiKeyName: 'Authorization', apiKeyValue: `Bearer {{resolve:secretsmanager:${names.githubSecret}:SecretString:token}}` } },
    });
    const destination = new events.CfnApiDestination(this, 'Destination', {
      name,
      connectionArn: connection.attrArn,
      httpMethod: 'POST',
      invocationEndpoint: `https://api.github.com/repos/${project.repository}/dispatches`,
      invocationRateLimitPerSecond: 1,
    });
    const conditions = { StringEquals: { 'aws:SourceAccount': project.account } };
    const role = new iam.Role(this, 'Role', { roleName: name, assumedBy: new iam.ServicePrincipal('events.amazonaws.com', { conditions }) });
    allow(role, {
      sid: 'Ask', actions: ['events:InvokeApiDestination'], resources: [`arn:aws:events:${project.region}:${project.account}:api-destination/${name}/*`],
      reason: 'Its ARN ends in an id that EventBridge makes.',
    });
    const rule = new events.CfnRule(this, 'Rule', {
      name,
      description: `The drift alarm of ${fullName(environment, endpoint)} starts the drift workflow`,
      eventPattern: {
        'source': ['aws.cloudwatch'],
        'detail-type': ['CloudWatch Alarm State Change'],
        'detail': { alarmName: driftAlarms(environment, endpoint), state: { value: ['ALARM'] } },
      },
      targets: [{
        id: 'github',
        arn: destination.attrArn,
        roleArn: role.roleArn,
        httpParameters: { headerParameters: { 'Accept': 'application/vnd.github+json', 'X-GitHub-Api-Version': '2022-11-28' } },
        // docs.github.com/en/rest/repos/repos#create-a-repository-dispatch-event
        inputTransformer: { inputPathsMap: { alarm: '$.detail.alarmName' }, inputTemplate: '{"event_type": "drift", "client_payload": {"alarm": "<alarm>"}}' },
      }],
    });
    rule.node.addDependency(role);
  }
}

/** The names of an endpoint's drift alarms: one for each variant that answers, and the bands. */
function driftAlarms(environment: Environment, endpoint: ResolvedEndpoint): string[] {
  const variants = answering(endpoint)?.map(({ name }) => `-${name}`) ?? [''];
  const kinds = endpoint.alarms.anomalies.includes('drift') ? ['', '-anomaly'] : [''];
  return variants.flatMap((variant) => kinds.map((kind) => `${fullName(environment, endpoint)}-drift${variant}${kind}`));
}
