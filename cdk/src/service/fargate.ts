import { Duration } from 'aws-cdk-lib';
import * as acm from 'aws-cdk-lib/aws-certificatemanager';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as ecr from 'aws-cdk-lib/aws-ecr';
import * as ecs from 'aws-cdk-lib/aws-ecs';
import * as elb from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import * as iam from 'aws-cdk-lib/aws-iam';
import { LoadBalancerTarget } from 'aws-cdk-lib/aws-route53-targets';
import { Construct } from 'constructs';
import { acknowledge } from '../acknowledge.js';
import { fullName } from '../endpoint.js';
import { names } from '../names.js';
import { MINUTE } from './alerts.js';
import { keep } from './capture.js';
import { record } from './domain.js';
import { logGroup } from './logs.js';
import { modelAlarms } from './model-alarms.js';
import { Network } from './network.js';
import { type EndpointProps, environmentVariables, releaseAlarms, type Watched } from './watched.js';

const PORT = 8080;

/**
 * The same image behind a load balancer, for teams that must. It costs by the hour, also when nobody
 * asks; a deployment that does not come up, or raises an alarm, is taken back by ECS.
 */
export class FargateEndpoint extends Construct {
  readonly url: string;
  readonly watched: Watched;

  constructor(scope: Construct, id: string, props: EndpointProps) {
    super(scope, id);
    const { environment, endpoint, released } = props;
    const { domain, fargate, auth } = endpoint;
    // check-endpoint.ts has refused everything else.
    if (domain === undefined || fargate === undefined || auth.kind !== 'network') throw new Error(`${endpoint.name} was not checked`);
    const name = fullName(environment, endpoint);
    const functionLogs = logGroup(this, environment, endpoint, 'function');
    const { vpc } = new Network(this, 'Network', environment, endpoint);
    const cluster = new ecs.Cluster(this, 'Cluster', { clusterName: name, vpc, containerInsightsV2: ecs.ContainerInsights.ENABLED });
    const role = (what: string): iam.Role => new iam.Role(this, `${what}Role`, {
      roleName: `${name}-${what}`, assumedBy: new iam.ServicePrincipal('ecs-tasks.amazonaws.com'),
    });
    const execution = role('execution');
    acknowledge(execution, 'ecr:GetAuthorizationToken takes no resource.', 'IAM5[Resource::*]');
    const task = new ecs.FargateTaskDefinition(this, 'Task', {
      family: name,
      cpu: fargate.cpu,
      memoryLimitMiB: endpoint.memoryMiB,
      taskRole: role('task'),
      executionRole: execution,
      runtimePlatform: {
        operatingSystemFamily: ecs.OperatingSystemFamily.LINUX,
        cpuArchitecture: endpoint.architecture === 'arm64' ? ecs.CpuArchitecture.ARM64 : ecs.CpuArchitecture.X86_64,
      },
    });
    task.addContainer('function', {
      image: ecs.ContainerImage.fromEcrRepository(ecr.Repository.fromRepositoryName(this, 'Repository', names.repository), released.digest),
      portMappings: [{ containerPort: PORT }],
      readonlyRootFilesystem: true,
      environment: { ...environmentVariables(environment, endpoint), PORT: String(PORT), HOST: '0.0.0.0' },
      logging: ecs.LogDrivers.awsLogs({ logGroup: functionLogs, streamPrefix: 'task' }),
    });
    acknowledge(task, 'No variable is a secret: they name the service and its port.', 'ECS2');

    const balancer = new elb.ApplicationLoadBalancer(this, 'Balancer', { loadBalancerName: short(name), vpc, internetFacing: true, dropInvalidHeaderFields: true });
    acknowledge(balancer, 'The function logs every request with its metrics; access logs to S3 can be added where they must be.', 'ELB2');
    const listener = balancer.addListener('Https', {
      port: 443, open: false, sslPolicy: elb.SslPolicy.TLS13_RES,
      certificates: [acm.Certificate.fromCertificateArn(this, 'Certificate', domain.certificateArn)],
    });
    record(this, domain, new LoadBalancerTarget(balancer));
    for (const cidr of auth.cidrs) listener.connections.allowFrom(ec2.Peer.ipv4(cidr), ec2.Port.tcp(443), 'auth network of config.ts');
    const service = new ecs.FargateService(this, 'Service', {
      serviceName: name,
      cluster,
      taskDefinition: task,
      desiredCount: fargate.tasks.min,
      minHealthyPercent: 100,
      // The subnets have no way in but the balancer; an address of their own spares a NAT gateway's 33 dollars a month.
      assignPublicIp: true,
      circuitBreaker: { enable: true, rollback: true },
      healthCheckGracePeriod: Duration.seconds(30),
    });
    const target = listener.addTargets('Tasks', {
      port: PORT,
      protocol: elb.ApplicationProtocol.HTTP,
      targets: [service],
      healthCheck: { path: '/health', interval: Duration.seconds(10), timeout: Duration.seconds(5), healthyThresholdCount: 2, unhealthyThresholdCount: 3 },
      deregistrationDelay: Duration.seconds(endpoint.timeoutSeconds),
    });
    const scaling = service.autoScaleTaskCount({ minCapacity: fargate.tasks.min, maxCapacity: fargate.tasks.max });
    scaling.scaleOnCpuUtilization('Cpu', { targetUtilizationPercent: 60 });
    const sum = { period: MINUTE, statistic: 'Sum' };
    const serverErrors = target.metrics.httpCodeTarget(elb.HttpCodeTarget.TARGET_5XX_COUNT, sum);
    const alarms = releaseAlarms(this, props, { metric: serverErrors }, functionLogs);
    // By name: the alarms wait for the balancer, so the service cannot wait for the alarms.
    service.enableDeploymentAlarms(alarms.map((alarm) => alarm.alarmName), { behavior: ecs.AlarmBehavior.ROLLBACK_ON_ALARM });
    if (props.isRollback) {
      // An alarm that fires would take back what mends it.
      const made = service.node.defaultChild as ecs.CfnService;
      for (const what of ['Enable', 'Rollback']) made.addPropertyOverride(`DeploymentConfiguration.Alarms.${what}`, false);
    }
    this.url = `https://${domain.name}`;
    this.watched = {
      requests: target.metrics.requestCount(sum),
      clientErrors: target.metrics.httpCodeTarget(elb.HttpCodeTarget.TARGET_4XX_COUNT, sum),
      serverErrors,
      others: [service.metricCpuUtilization({ period: MINUTE }), service.metricMemoryUtilization({ period: MINUTE })],
      logs: functionLogs,
      alarms: [...alarms, ...modelAlarms(this, props), ...keep(this, props, functionLogs)],
    };
  }
}

/** A balancer's name holds 32 characters. */
function short(name: string): string {
  return name.replace(/^hearth-/, '').slice(0, 32).replace(/-$/, '');
}
