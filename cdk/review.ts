import * as fs from 'node:fs';
import * as path from 'node:path';
import type { Template } from './src/review/changes.js';
import { review } from './src/review/words.js';

// For scripts/review.sh: review.ts BEFORE AFTER LOSSES compares two assemblies, prints what changes as Markdown, and
// writes a line into LOSSES for each resource whose data is lost. A stack is told by its name, the foundation first.
const [, , before, after, losses] = process.argv as [string, string, string, string, string];

function templates(folder: string): Map<string, Template> {
  const files = fs.readdirSync(folder).filter((file) => file.endsWith('.template.json'));
  return new Map(files.map((file) => [file.replace('.template.json', ''), JSON.parse(fs.readFileSync(path.join(folder, file), 'utf8')) as Template]));
}

const [old, now] = [templates(before), templates(after)];
/** The stacks of an assembly in the order in which the app makes them, which is that of promotion. */
function order(folder: string): string[] {
  const { artifacts } = JSON.parse(fs.readFileSync(path.join(folder, 'manifest.json'), 'utf8')) as { artifacts: Record<string, { type: string }> };
  return Object.keys(artifacts).filter((name) => artifacts[name]!.type === 'aws:cloudformation:stack');
}

const names = [...new Set([...order(after), ...order(before)])];
const { markdown, losses: found } = review(names.map((name) => ({ name, before: old.get(name), after: now.get(name) })));
process.stdout.write(markdown);
fs.writeFileSync(losses, found.map((line) => `${line}\n`).join(''));
