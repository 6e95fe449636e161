import * as fs from 'node:fs';

/** What one endpoint runs: an image, and facts of the model in it. */
export interface Released {
  readonly digest: string;
  readonly version: string;
  readonly bytes: number;
}

/**
 * What is deployed, by the endpoint's name: built once, tested, and carried unchanged from
 * environment to environment. Each service stack says in its outputs what it runs and what it ran
 * before, so that promotion and rollback need no other memory.
 */
export type Release = Readonly<Record<string, Released>>;

/** Reads a release; `file` is only named in what is said. */
export function parseRelease(text: string, file: string): Release {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new Error(`${file} is not JSON; make release writes it`);
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new Error(`${file} holds no object of endpoints; make release writes it`);
  }
  for (const [name, released] of Object.entries(value as Record<string, Partial<Released> | null>)) {
    if (!/^sha256:[0-9a-f]{64}$/.test(released?.digest ?? '')) {
      throw new Error(`${file}: the digest of ${name} is '${released?.digest}', and sha256: with 64 hex digits was expected: a tag can move`);
    }
    if (typeof released?.bytes !== 'number' || typeof released.version !== 'string') {
      throw new Error(`${file}: ${name} lacks the model's bytes or version; hearth inspect --json tells them`);
    }
  }
  return value as Release;
}

export function readRelease(file: string): Release {
  if (!fs.existsSync(file)) throw new Error(`${file} is not there; make release builds the images and writes it`);
  return parseRelease(fs.readFileSync(file, 'utf8'), file);
}
