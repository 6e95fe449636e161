import type { Template } from 'aws-cdk-lib/assertions';

interface Statement {
  readonly Effect: string;
  readonly Action: string | string[];
  readonly Resource: string | string[];
  readonly Condition?: Record<string, Record<string, string | string[]>>;
}

/**
 * Says what a role may do, from its template: as IAM would, as far as these policies go (allow
 * statements, stars, StringEquals, StringLike, Bool and Null). A reference in a resource fails the test that
 * asks, since nobody could read it either.
 */
export function roleOf(template: Template, roleName: string): { readonly may: (action: string, resource: string, context?: Record<string, string>) => boolean; readonly trust: unknown } {
  const [id, role] = Object.entries(template.findResources('AWS::IAM::Role')).find(([, { Properties }]) => Properties.RoleName === roleName) ?? [];
  if (id === undefined) throw new Error(`there is no role ${roleName}`);
  const statements = Object.values(template.findResources('AWS::IAM::Policy'))
    .filter(({ Properties }) => Properties.Roles.some((reference: { Ref: string }) => reference.Ref === id))
    .flatMap(({ Properties }) => Properties.PolicyDocument.Statement as Statement[]);
  return {
    trust: role!.Properties.AssumeRolePolicyDocument,
    may: (action, resource, context = {}) => statements.some((statement) => statement.Effect === 'Allow'
      && list(statement.Action).some((pattern) => matches(pattern, action))
      && list(statement.Resource).some((pattern) => matches(pattern, resource))
      && holds(statement.Condition ?? {}, context)),
  };
}

function holds(conditions: NonNullable<Statement['Condition']>, context: Record<string, string>): boolean {
  return Object.entries(conditions).every(([operator, keys]) => Object.entries(keys).every(([key, wanted]) => {
    const value = context[key];
    if (operator === 'Null') return (value === undefined) === (wanted === 'true');
    return value !== undefined && list(wanted).some((pattern) => matches(pattern, value));
  }));
}

function matches(pattern: unknown, text: string): boolean {
  // GetAtt and Ref of what the same template makes, whose name the test cannot know.
  if (typeof pattern !== 'string') return false;
  const escaped = pattern.replace(/[.+^${}()|[\]\\]/g, '\\$&').replace(/\*/g, '.*').replace(/\?/g, '.');
  return new RegExp(`^${escaped}$`, 'i').test(text);
}

function list(value: string | string[]): string[] {
  return Array.isArray(value) ? value : [value];
}
