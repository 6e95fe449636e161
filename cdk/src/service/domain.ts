import * as route53 from 'aws-cdk-lib/aws-route53';
import type { Construct } from 'constructs';
import type { Domain } from '../types.js';

/** The record that leads a domain to what answers it, where config.ts names the zone. Without a zone it is yours to make. */
export function record(scope: Construct, { name, zone }: Domain, target: route53.IAliasRecordTarget): void {
  if (zone === undefined) return;
  new route53.ARecord(scope, 'Record', {
    zone: route53.HostedZone.fromHostedZoneAttributes(scope, 'Zone', { hostedZoneId: zone.id, zoneName: zone.name }),
    recordName: `${name}.`,
    target: route53.RecordTarget.fromAlias(target),
  });
}
