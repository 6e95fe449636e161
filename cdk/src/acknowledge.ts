import { Validations } from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';

/** Accepts findings of cdk-nag at one construct, for a reason that a reviewer can agree with or not. */
export function acknowledge(at: IConstruct, reason: string, ...findings: readonly string[]): void {
  for (const finding of findings) Validations.of(at).acknowledge({ id: `AwsSolutions::AwsSolutions-${finding}`, reason });
}
