import * as cw from 'aws-cdk-lib/aws-cloudwatch';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import { fullName } from '../endpoint.js';
import { MINUTE } from './alerts.js';
import type { Door } from './lambda.js';
import type { EndpointProps, Watched } from './watched.js';

/** The function's own URL: nothing between, nothing to pay, no limit but concurrency.reserved, no access log. */
export class UrlDoor extends Construct implements Door {
  readonly url: string;
  readonly requests: Watched['requests'];
  readonly clientErrors: Watched['clientErrors'];
  readonly serverErrors: Watched['serverErrors'];

  constructor(scope: Construct, id: string, { environment, endpoint }: EndpointProps, alias: lambda.Alias) {
    super(scope, id);
    const { auth, cors } = endpoint;
    const made = alias.addFunctionUrl({
      authType: auth.kind === 'iam' ? lambda.FunctionUrlAuthType.AWS_IAM : lambda.FunctionUrlAuthType.NONE,
      cors: cors === undefined ? undefined : { allowedOrigins: [...cors.origins], allowedHeaders: ['content-type', 'authorization'], allowedMethods: [lambda.HttpMethod.GET, lambda.HttpMethod.POST] },
    });
    const name = fullName(environment, endpoint);
    // Whether AWS counts these by the function or by its alias it does not say; one of the two has no data, or
    // both have the same, since nothing but the alias has a URL.
    const metric = (metricName: string): cw.MathExpression => {
      const by = (dimensionsMap: Record<string, string>): cw.Metric => new cw.Metric({ namespace: 'AWS/Lambda', metricName, statistic: 'Sum', period: MINUTE, dimensionsMap });
      const ofFunction = `function${metricName}`, ofAlias = `alias${metricName}`;
      return new cw.MathExpression({
        expression: `MAX([FILL(${ofFunction}, 0), FILL(${ofAlias}, 0)])`, label: metricName, period: MINUTE,
        usingMetrics: { [ofFunction]: by({ FunctionName: name }), [ofAlias]: by({ FunctionName: name, Resource: `${name}:live` }) },
      });
    };
    this.url = made.url;
    this.requests = metric('UrlRequestCount');
    this.clientErrors = metric('Url4xxCount');
    this.serverErrors = metric('Url5xxCount');
  }
}
