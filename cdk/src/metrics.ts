import * as fs from 'node:fs';
import * as path from 'node:path';

/** A metric of the function, as `hearth emf table --json` prints it. */
export interface TableMetric {
  readonly name: string;
  readonly unit: string;
  readonly help: string;
  /** A dimension beside those of the settings; each value of it is a series of its own. */
  readonly dimension: string | null;
  /** Whether it is left out where it would be 0. */
  readonly sparse: boolean;
  /** What a dashboard draws of it, in CloudWatch's words. */
  readonly statistics: readonly string[];
}

/** A Rust test holds the file to the table in the code, so that a dashboard cannot name what nobody writes. */
export const TABLE = JSON.parse(fs.readFileSync(path.join(__dirname, '..', 'metrics.json'), 'utf8')) as readonly TableMetric[];

/** Whether the batch function writes it, and not the one that answers requests. */
export const isOfBatch = (metric: TableMetric): boolean => metric.name.startsWith('batch.');

/** The default of HEARTH_EMF_NAMESPACE. */
export const NAMESPACE = 'Hearth';

export function tableMetric(name: string): TableMetric {
  const found = TABLE.find((metric) => metric.name === name);
  if (found === undefined) throw new Error(`the function writes no metric ${name}; cdk/metrics.json lists what it writes`);
  return found;
}
