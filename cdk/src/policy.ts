import * as iam from 'aws-cdk-lib/aws-iam';
import { acknowledge } from './acknowledge.js';

export interface Allowed {
  readonly sid: string;
  readonly actions: readonly string[];
  /** Whole ARNs and no references: a reader, and cdk-nag, sees what is meant. */
  readonly resources: readonly string[];
  readonly conditions?: Record<string, unknown>;
  /** Why there are stars in it. Accepts these stars and no others. */
  readonly reason?: string;
}

/** Allows what is listed, and accepts cdk-nag's findings on this statement for the reason given with it. */
export function allow(to: iam.Role | iam.ManagedPolicy, { sid, actions, resources, conditions, reason }: Allowed): void {
  const statement = new iam.PolicyStatement({ sid, actions: [...actions], resources: [...resources], conditions });
  if (to instanceof iam.Role) to.addToPolicy(statement);
  else to.addStatements(statement);
  if (reason === undefined) return;
  const stars = (kind: string, texts: readonly string[]): string[] => texts.filter((text) => text.includes('*')).map((text) => `IAM5[${kind}::${text}]`);
  acknowledge(to, reason, ...stars('Action', actions), ...stars('Resource', resources));
}
