import { type Change, compare, type Permission, type Template } from './changes.js';
import { type PriceChange, priceChange } from './price.js';

export interface Review {
  readonly markdown: string;
  /** A sentence for each resource whose data a deployment would delete or leave behind. */
  readonly losses: readonly string[];
}

/** One stack in both branches; undefined where a branch does not have it. */
export interface Stack {
  readonly name: string;
  readonly before?: Template;
  readonly after?: Template;
}

/** Lines that a list shows before it says how many more there are. */
const MOST = 40;
const EMPTY: Template = { Resources: {} };

/** The comment on a pull request: by environment, what is created, replaced and deleted, who may do more, and what it costs. */
export function review(stacks: readonly Stack[]): Review {
  const losses: string[] = [];
  const parts: string[] = [];
  const same: string[] = [];
  for (const { name, before = EMPTY, after = EMPTY } of stacks) {
    const { changes, added, removed, isBroader } = compare(before, after);
    const price = priceChange(before, after);
    if (changes.length === 0 && added.length === 0 && removed.length === 0) {
      same.push(name);
      continue;
    }
    losses.push(...changes.filter(({ loses }) => loses !== 'nothing').map((change) => loss(name, change)));
    parts.push([`### ${name}`, headline(changes, price), ...lists(changes), ...permissions(added, removed, isBroader), ...prices(price)].join('\n\n'));
  }
  const head = '## What this changes of the services';
  const warning = losses.length === 0 ? [] : [`**Data would be lost or left behind:**\n\n${bullets(losses)}`];
  const nothing = same.length === 0 ? [] : [`No change: ${same.join(', ')}.`];
  const note = 'Compared are the templates of both branches, with equal images. Replacement is as AWS\'s registry of types has it; only a change set in the account is certain. Prices are those of cdk/prices.json, without requests.';
  return { markdown: `${[head, ...warning, ...parts, ...nothing, ...(parts.length === 0 ? [] : [note])].join('\n\n')}\n`, losses };
}

function loss(stack: string, { what, name, type, properties, loses }: Change): string {
  const why = what === 'replaced' ? `replaced, since ${properties.join(' and ')} ${properties.length > 1 ? 'change' : 'changes'}` : 'deleted';
  const then = loses === 'data' ? 'what it holds is deleted with it, or blocks the deployment' : 'its policy keeps what it holds, outside of the stack';
  return `${stack}: ${kind(type)} \`${name}\` is ${why}; ${then}`;
}

function headline(changes: readonly Change[], { before, after }: PriceChange): string {
  const counted = (['created', 'changed', 'replaced', 'deleted'] as const)
    .map((what) => [what, changes.filter((change) => change.what === what).length] as const)
    .filter(([, count]) => count > 0).map(([what, count]) => `${count} ${what}`);
  const by = after - before;
  const cost = Math.abs(by) < 0.005 ? `costs the same when idle, $${after.toFixed(2)} a month` : `costs $${Math.abs(by).toFixed(2)} a month ${by > 0 ? 'more' : 'less'} when idle`;
  return `${counted.length === 0 ? 'No resource changes' : counted.join(', ')}; ${cost}.`;
}

function lists(changes: readonly Change[]): string[] {
  return (['deleted', 'replaced', 'created', 'changed'] as const).flatMap((what) => {
    const found = changes.filter((change) => change.what === what);
    if (found.length === 0) return [];
    const lines = found.map(({ type, name, properties, loses }) => {
      const of = properties.length === 0 ? '' : `: ${properties.join(', ')}`;
      return `${kind(type)} \`${name}\`${of}${loses === 'nothing' ? '' : ' **(holds data)**'}`;
    });
    return [`**${what[0]!.toUpperCase()}${what.slice(1)}**\n\n${bullets(lines)}`];
  });
}

function permissions(added: readonly Permission[], removed: readonly Permission[], isBroader: boolean): string[] {
  if (added.length === 0 && removed.length === 0) return [];
  const line = ({ principal, action, resource, effect, condition }: Permission): string =>
    `${['', '*'].includes(principal) ? 'everybody' : `\`${principal}\``} ${effect === 'Deny' ? 'may not' : 'may'} \`${action}\` on \`${resource}\`${condition === '' ? '' : ` where \`${condition}\``}`;
  return [
    isBroader ? '**Permissions are widened**' : '**Permissions change, and are not widened**',
    ...(added.length === 0 ? [] : [`New:\n\n${bullets(added.map(line))}`]),
    ...(removed.length === 0 ? [] : [`Gone:\n\n${bullets(removed.map(line))}`]),
  ];
}

function prices({ before, after, parts }: PriceChange): string[] {
  if (parts.length === 0) return [];
  const rows = [...parts, { what: '**together**', before, after }];
  return [['| a month, without requests | before | after |', '|---|--:|--:|', ...rows.map((row) => `| ${row.what} | ${row.before.toFixed(2)} | ${row.after.toFixed(2)} |`)].join('\n')];
}

function bullets(lines: readonly string[]): string {
  const shown = lines.slice(0, MOST).map((line) => `- ${line}`);
  return [...shown, ...(lines.length > MOST ? [`- and ${lines.length - MOST} more`] : [])].join('\n');
}

/** AWS::S3::Bucket as S3 Bucket. */
const kind = (type: string): string => type.split('::').slice(1).join(' ');
