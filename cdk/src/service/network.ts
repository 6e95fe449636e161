import { Fn } from 'aws-cdk-lib';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as iam from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import { fullName } from '../endpoint.js';
import type { Endpoint, Environment } from '../types.js';
import { logGroup } from './logs.js';

/** Two public subnets in two zones, which is what a load balancer asks for, and a log of who talks to whom. */
export class Network extends Construct {
  readonly vpc: ec2.Vpc;

  constructor(scope: Construct, id: string, environment: Environment, endpoint: Endpoint) {
    super(scope, id);
    this.vpc = new ec2.Vpc(this, 'Vpc', {
      vpcName: fullName(environment, endpoint),
      // By reference: CDK would ask the account for their names, and synthesis needs no account.
      availabilityZones: [0, 1].map((index) => Fn.select(index, Fn.getAzs())),
      natGateways: 0,
      subnetConfiguration: [{ name: 'public', subnetType: ec2.SubnetType.PUBLIC, cidrMask: 24 }],
    });
    const role = new iam.Role(this, 'FlowRole', {
      roleName: `${fullName(environment, endpoint)}-flow`, assumedBy: new iam.ServicePrincipal('vpc-flow-logs.amazonaws.com'),
    });
    this.vpc.addFlowLog('Flow', {
      destination: ec2.FlowLogDestination.toCloudWatchLogs(logGroup(this, environment, endpoint, 'network'), role),
      trafficType: ec2.FlowLogTrafficType.REJECT,
    });
  }
}
