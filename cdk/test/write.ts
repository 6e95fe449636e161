import { App } from 'aws-cdk-lib';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { build } from '../src/app.js';
import { everything, releaseOf } from './fixtures.js';

/** Writes an assembly with every option in it, for tests outside of this program: write.ts FOLDER. */
const [, , outdir] = process.argv;
const { context } = JSON.parse(fs.readFileSync(path.join(__dirname, '..', 'cdk.json'), 'utf8')) as { context: Record<string, unknown> };
const app = new App({ context, outdir });
build(app, everything, { release: releaseOf(everything) });
app.synth();
