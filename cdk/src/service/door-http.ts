import { Duration } from 'aws-cdk-lib';
import * as apigw from 'aws-cdk-lib/aws-apigateway';
import * as http from 'aws-cdk-lib/aws-apigatewayv2';
import * as authorizers from 'aws-cdk-lib/aws-apigatewayv2-authorizers';
import { HttpLambdaIntegration } from 'aws-cdk-lib/aws-apigatewayv2-integrations';
import * as acm from 'aws-cdk-lib/aws-certificatemanager';
import type * as lambda from 'aws-cdk-lib/aws-lambda';
import { ApiGatewayv2DomainProperties } from 'aws-cdk-lib/aws-route53-targets';
import { Construct } from 'constructs';
import { acknowledge } from '../acknowledge.js';
import { fullName } from '../endpoint.js';
import type { Auth, Domain } from '../types.js';
import { MINUTE } from './alerts.js';
import { record } from './domain.js';
import type { Door } from './lambda.js';
import { logGroup } from './logs.js';
import type { EndpointProps, Watched } from './watched.js';

/** What an access log says of a request: never its content. */
export const ACCESS_LOG = JSON.stringify({
  requestId: '$context.requestId',
  time: '$context.requestTimeEpoch',
  ip: '$context.identity.sourceIp',
  route: '$context.routeKey',
  status: '$context.status',
  latencyMs: '$context.responseLatency',
  bytes: '$context.responseLength',
  error: '$context.error.message',
});

export const NO_ACCESS_LOG = 'Set in config.ts: accessLog is off, since each line is paid for.';

/** API Gateway's HTTP API: the cheapest gateway that throttles, logs, and knows IAM and JWT. */
export class HttpDoor extends Construct implements Door {
  readonly url: string;
  readonly requests: Watched['requests'];
  readonly clientErrors: Watched['clientErrors'];
  readonly serverErrors: Watched['serverErrors'];

  constructor(scope: Construct, id: string, { environment, endpoint }: EndpointProps, alias: lambda.Alias) {
    super(scope, id);
    const { auth, cors, domain } = endpoint;
    const api = new http.HttpApi(this, 'Api', {
      apiName: fullName(environment, endpoint),
      createDefaultStage: false,
      disableExecuteApiEndpoint: domain !== undefined,
      corsPreflight: cors === undefined ? undefined : {
        allowOrigins: [...cors.origins], allowMethods: [http.CorsHttpMethod.ANY], maxAge: Duration.hours(1),
        allowHeaders: ['content-type', 'authorization', 'x-request-id'],
        // The headers of the function that a page may read: with CORS here, API Gateway leaves out the function's own list.
        exposeHeaders: ['x-request-id', 'x-hearth-warnings', 'x-hearth-variant', 'retry-after'],
      },
    });
    const integration = new HttpLambdaIntegration('Function', alias, { timeout: Duration.seconds(endpoint.timeoutSeconds + 1) });
    // The function's own router knows its paths; a second list here could only disagree.
    const methods = [http.HttpMethod.GET, http.HttpMethod.POST];
    const who = authorizer(auth);
    const routes = ['/', '/{path+}'].flatMap((path) => api.addRoutes({ path, methods, integration, authorizer: who }));
    if (auth.kind === 'public') {
      for (const route of routes) acknowledge(route, 'config.ts says that anyone may ask this endpoint.', 'APIG4');
    }
    const stage = new http.HttpStage(this, 'Stage', {
      httpApi: api,
      stageName: '$default',
      autoDeploy: true,
      throttle: { rateLimit: environment.throttle.rate, burstLimit: environment.throttle.burst },
      accessLogSettings: endpoint.accessLog === 'off' ? undefined : {
        destination: new http.LogGroupLogDestination(logGroup(this, environment, endpoint, 'access')), format: apigw.AccessLogFormat.custom(ACCESS_LOG),
      },
      domainMapping: domain === undefined ? undefined : { domainName: domainName(this, domain) },
    });
    if (endpoint.accessLog === 'off') acknowledge(stage, NO_ACCESS_LOG, 'APIG1');
    const sum = { period: MINUTE, statistic: 'Sum' };
    this.url = domain === undefined ? api.apiEndpoint : `https://${domain.name}`;
    this.requests = stage.metricCount(sum);
    this.clientErrors = stage.metricClientError(sum);
    // By the API and not its stage: the alias waits for this alarm, and the stage for the alias.
    this.serverErrors = api.metricServerError(sum);
  }
}

function authorizer(auth: Auth): http.IHttpRouteAuthorizer {
  switch (auth.kind) {
    case 'iam': return new authorizers.HttpIamAuthorizer();
    case 'jwt': return new authorizers.HttpJwtAuthorizer('Jwt', auth.issuer, { jwtAudience: [...auth.audiences] });
    case 'public': return new http.HttpNoneAuthorizer();
    default: throw new Error(`door http-api has no auth ${auth.kind}`);
  }
}

function domainName(scope: Construct, domain: Domain): http.DomainName {
  const made = new http.DomainName(scope, 'Domain', {
    domainName: domain.name,
    certificate: acm.Certificate.fromCertificateArn(scope, 'Certificate', domain.certificateArn),
    securityPolicy: http.SecurityPolicy.TLS_1_2,
  });
  record(scope, domain, new ApiGatewayv2DomainProperties(made.regionalDomainName, made.regionalHostedZoneId));
  return made;
}
