import { fullDiff, ResourceImpact, type ResourceDifference } from '@aws-cdk/cloudformation-diff';

/** A template as CloudFormation reads it. */
export interface Template {
  readonly Resources?: Readonly<Record<string, Resource>>;
  readonly Outputs?: Readonly<Record<string, unknown>>;
}

export interface Resource {
  readonly Type: string;
  readonly Properties?: Readonly<Record<string, unknown>>;
  readonly DeletionPolicy?: string;
  readonly UpdateReplacePolicy?: string;
}

export interface Change {
  readonly what: 'created' | 'changed' | 'replaced' | 'deleted';
  /** Its name, or the logical id where AWS gives it one. */
  readonly name: string;
  readonly type: string;
  /** Names of the properties that differ; of a replaced resource only those that replace it. */
  readonly properties: readonly string[];
  /** It was there with data, and the data is lost or left behind. */
  readonly loses: 'data' | 'leaves' | 'nothing';
}

/** One statement of a policy, with who gets it. */
export interface Permission {
  readonly resource: string;
  readonly action: string;
  readonly principal: string;
  readonly effect: string;
  readonly condition: string;
}

export interface Compared {
  readonly changes: readonly Change[];
  readonly added: readonly Permission[];
  readonly removed: readonly Permission[];
  readonly isBroader: boolean;
}

/**
 * Types that hold what no deployment can make again: objects, images, logs, records, keys. A table of Glue
 * or a stream of Firehose only describes or moves what lies elsewhere.
 */
const HOLDS_DATA: ReadonlySet<string> = new Set([
  'AWS::ApiGateway::ApiKey', 'AWS::DynamoDB::GlobalTable', 'AWS::DynamoDB::Table', 'AWS::EC2::Volume', 'AWS::ECR::Repository',
  'AWS::EFS::FileSystem', 'AWS::Kinesis::Stream', 'AWS::KMS::Key',
  'AWS::Logs::LogGroup', 'AWS::RDS::DBCluster', 'AWS::RDS::DBInstance', 'AWS::S3::Bucket', 'AWS::S3Tables::Table', 'AWS::S3Tables::TableBucket',
  'AWS::SecretsManager::Secret', 'AWS::SQS::Queue', 'AWS::SSM::Parameter',
]);
const KEEPS = ['Retain', 'RetainExceptOnCreate', 'Snapshot'];

/** The changes that a deployment of `after` makes where `before` is deployed. AWS's registry of types tells which of them replace a resource. */
export function compare(before: Template, after: Template): Compared {
  const diff = fullDiff({ ...before }, { ...after });
  const changes: Change[] = [];
  diff.resources.forEachDifference((id, change) => {
    const found = changeOf(id, change);
    if (found !== undefined) changes.push(found);
  });
  changes.sort((a, b) => a.type.localeCompare(b.type) || a.name.localeCompare(b.name));
  const { statements } = diff.iamChanges;
  const names = new Map([...nameOf(before), ...nameOf(after)]);
  const permission = ({ resources, actions, principals, effect, condition }: (typeof statements.additions)[number]): Permission => ({
    resource: named(list(resources), names), action: named(list(actions), names), principal: named(list(principals), names), effect: String(effect),
    condition: condition === undefined ? '' : named([typeof condition === 'string' ? condition : JSON.stringify(condition)], names),
  });
  const [added, removed] = [statements.additions.map(permission), statements.removals.map(permission)];
  // What a deleted bucket forbade, nobody can do now.
  const deleted = changes.filter(({ what }) => what === 'deleted').map(({ name }) => name);
  const isGone = ({ resource }: Permission): boolean => resource.split(', ').every((one) => deleted.some((name) => one.startsWith(name)));
  const isBroader = added.some(({ effect }) => effect === 'Allow') || removed.some((one) => one.effect === 'Deny' && !isGone(one))
    || diff.iamChanges.managedPolicies.additions.length > 0;
  return { changes, added, removed, isBroader };
}

function changeOf(id: string, change: ResourceDifference): Change | undefined {
  const { changeImpact: impact } = change;
  const old = change.oldValue as Resource | undefined;
  const type = change.newResourceType ?? change.oldResourceType ?? '';
  // Each change of a function is a version with another id; the alias says that it moves.
  if (type === 'AWS::Lambda::Version') return undefined;
  const name = physical(change.newValue as Resource | undefined) ?? physical(old) ?? id;
  const properties = Object.keys(change.propertyUpdates).sort();
  if (impact === ResourceImpact.NO_CHANGE) return undefined;
  if (impact === ResourceImpact.WILL_CREATE) return { what: 'created', name, type, properties: [], loses: 'nothing' };
  if (impact === ResourceImpact.WILL_DESTROY || impact === ResourceImpact.WILL_ORPHAN) {
    return { what: 'deleted', name, type, properties: [], loses: lost(old!, old!.DeletionPolicy) };
  }
  if (impact === ResourceImpact.WILL_REPLACE || impact === ResourceImpact.MAY_REPLACE) {
    const causes = properties.filter((property) => {
      const of = change.propertyUpdates[property]!.changeImpact;
      return of === ResourceImpact.WILL_REPLACE || of === ResourceImpact.MAY_REPLACE;
    });
    return { what: 'replaced', name, type, properties: causes.length > 0 ? causes : properties, loses: lost(old!, old!.UpdateReplacePolicy) };
  }
  const others = Object.keys(change.otherChanges).filter((other) => !['Type', 'Metadata', 'DependsOn'].includes(other));
  const differing = [...properties.filter((property) => property !== 'Tags' || properties.length === 1), ...others];
  // A path of the CDK's or an order of creation changes nothing that is deployed.
  return differing.length === 0 ? undefined : { what: 'changed', name, type, properties: differing, loses: 'nothing' };
}

function lost({ Type }: Resource, policy: string | undefined): Change['loses'] {
  if (!HOLDS_DATA.has(Type)) return 'nothing';
  return KEEPS.includes(policy ?? '') ? 'leaves' : 'data';
}

/** The name that the template gives; undefined where AWS gives one, or it is a reference. */
function physical(resource: Resource | undefined): string | undefined {
  const last = resource?.Type.split('::')[2] ?? '';
  const found = Object.entries(resource?.Properties ?? {}).find(([key]) => key === `${last}Name` || ['Name', 'FilterName'].includes(key) || (key.endsWith('Name') && last.endsWith(key.slice(0, -4))));
  return typeof found?.[1] === 'string' ? found[1] : undefined;
}

function nameOf({ Resources }: Template): [string, string][] {
  return Object.entries(Resources ?? {}).map(([id, resource]) => [id, physical(resource) ?? id]);
}

interface Targets { readonly values: readonly unknown[]; readonly not: boolean }
const list = ({ values, not }: Targets): string[] => values.map((value) => `${not ? 'NOT ' : ''}${typeof value === 'string' ? value : JSON.stringify(value)}`);

/** Texts with the names of what they refer to, as `${Id.Arn}`, in place of the ids. */
function named(texts: readonly string[], names: ReadonlyMap<string, string>): string {
  return texts.map((text) => text.replace(/\$\{(\w+)(\.\w+)?\}/g, (whole, id: string) => names.get(id) ?? whole).replace(/^AWS:(?=.)/, '')).join(', ');
}
