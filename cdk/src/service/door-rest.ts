import { Duration } from 'aws-cdk-lib';
import * as apigw from 'aws-cdk-lib/aws-apigateway';
import type * as lambda from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import { acknowledge } from '../acknowledge.js';
import { fullName } from '../endpoint.js';
import { MINUTE } from './alerts.js';
import { ACCESS_LOG, NO_ACCESS_LOG } from './door-http.js';
import type { Door } from './lambda.js';
import { logGroup } from './logs.js';
import type { EndpointProps, Watched } from './watched.js';

/** API Gateway's REST API: three times an HTTP API's price, and the only one that knows keys and their quota. */
export class RestDoor extends Construct implements Door {
  readonly url: string;
  readonly requests: Watched['requests'];
  readonly clientErrors: Watched['clientErrors'];
  readonly serverErrors: Watched['serverErrors'];

  constructor(scope: Construct, id: string, { environment, endpoint }: EndpointProps, alias: lambda.Alias) {
    super(scope, id);
    const { auth, cors } = endpoint;
    const { rate: rateLimit, burst: burstLimit } = environment.throttle;
    const name = fullName(environment, endpoint);
    const needsKey = auth.kind === 'api-key';
    const api = new apigw.RestApi(this, 'Api', {
      restApiName: name,
      // The foundation gives API Gateway its role for logs: there is one an account.
      cloudWatchRole: false,
      endpointConfiguration: { types: [apigw.EndpointType.REGIONAL] },
      defaultCorsPreflightOptions: cors === undefined ? undefined : {
        allowOrigins: [...cors.origins], allowMethods: ['GET', 'POST'], allowHeaders: ['content-type', 'authorization', 'x-api-key', 'x-request-id'],
      },
      deployOptions: {
        stageName: 'live',
        throttlingRateLimit: rateLimit,
        throttlingBurstLimit: burstLimit,
        loggingLevel: apigw.MethodLoggingLevel.ERROR,
        ...(endpoint.accessLog === 'off' ? {} : {
          accessLogDestination: new apigw.LogGroupLogDestination(logGroup(this, environment, endpoint, 'access')),
          accessLogFormat: apigw.AccessLogFormat.custom(ACCESS_LOG.replace('routeKey', 'resourcePath')),
        }),
        tracingEnabled: endpoint.tracing === 'sampled',
      },
      defaultMethodOptions: {
        apiKeyRequired: needsKey,
        authorizationType: auth.kind === 'iam' ? apigw.AuthorizationType.IAM : apigw.AuthorizationType.NONE,
      },
    });
    const integration = new apigw.LambdaIntegration(alias, { timeout: Duration.seconds(endpoint.timeoutSeconds), allowTestInvoke: false });
    const proxy = api.root.addResource('{path+}');
    for (const resource of [api.root, proxy]) {
      for (const method of ['GET', 'POST']) {
        const made = resource.addMethod(method, integration);
        if (auth.kind !== 'iam') acknowledge(made, needsKey ? 'A key is asked for, which this rule does not see.' : 'config.ts says that anyone may ask this endpoint.', 'APIG4', 'COG4');
        else acknowledge(made, 'Requests are signed by AWS credentials; there is no user pool.', 'COG4');
      }
      for (const child of resource.node.children) {
        if (child instanceof apigw.Method && child.httpMethod === 'OPTIONS') acknowledge(child, 'A browser asks before it sends what would authorise it.', 'APIG4', 'COG4');
      }
    }
    acknowledge(api, 'The function checks what it is sent, and says which field is wrong.', 'APIG2');
    acknowledge(api.deploymentStage, 'A firewall costs more a month than this endpoint; add one where the endpoint is for the public.', 'APIG3');
    if (endpoint.accessLog === 'off') acknowledge(api.deploymentStage, NO_ACCESS_LOG, 'APIG1');
    if (auth.kind === 'api-key') {
      const plan = api.addUsagePlan('Plan', { name, throttle: { rateLimit, burstLimit }, quota: { limit: auth.requestsPerDay, period: apigw.Period.DAY } });
      plan.addApiStage({ stage: api.deploymentStage });
      plan.addApiKey(api.addApiKey('Key', { apiKeyName: name }));
    }
    const sum = { period: MINUTE, statistic: 'Sum' };
    this.url = api.url;
    this.requests = api.metricCount(sum);
    this.clientErrors = api.metricClientError(sum);
    this.serverErrors = api.metricServerError(sum);
  }
}
