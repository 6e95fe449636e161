import * as fs from 'node:fs';
import * as path from 'node:path';
import type { Template } from './src/review/changes.js';
import { review } from './src/review/words.js';

// For scripts/review.sh: review.ts BEFORE AFTER LOSSES compares two assemblies, prints what changes as Markdown, and
// writes a line into LOSSES for each resource whose data is lost. A stack is told by its name, the foundation first.
const [, , before, after, losses] = process.argv as [string, string, string, string, string];

function templates(folder: string): Map<string, Template> {
  if (!fs.existsSync(folder)) return new Map();
  const files = fs.readdirSync(folder).filter((file) => file.endsWith('.template.json'));
  return new Map(files.map((file) => [file.replace('.template.json', ''), JSON.parse(fs.readFileSync(path.join(folder, file), 'utf8')) as Template]));
}

const [old, now] = [templates(before), templates(after)];
// In the order of promotion, as config.ts lists the environments; what it lists no longer comes last.
const order = (fs.existsSync(path.join(after, 'order.json')) ? JSON.parse(fs.readFileSync(path.join(after, 'order.json'), 'utf8')) : []) as string[];
const place = (name: string): number => (name === 'foundation' ? -1 : order.includes(name) ? order.indexOf(name) : order.length);
const names = [...new Set([...now.keys(), ...old.keys()])].sort((a, b) => place(a) - place(b) || a.localeCompare(b));
const { markdown, losses: found } = review(names.map((name) => ({ name, before: old.get(name), after: now.get(name) })));
process.stdout.write(markdown);
fs.writeFileSync(losses, found.map((line) => `${line}\n`).join(''));
