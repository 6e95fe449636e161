import { CfnOutput, Stack } from 'aws-cdk-lib';
import * as athena from 'aws-cdk-lib/aws-athena';
import * as glue from 'aws-cdk-lib/aws-glue';
import { Construct } from 'constructs';
import { fullName } from '../endpoint.js';
import { RECORDS } from '../names.js';
import type { Endpoint, Environment } from '../types.js';

export interface CatalogProps {
  readonly environment: Environment;
  readonly endpoint: Endpoint;
  readonly bucketName: string;
  readonly keepDays: number;
}

const sides = (mode: string): string => `${mode}:struct<observedcontenttype:string,mode:string,data:string,encoding:string>`;

/** SageMaker's shape of a captured record, in the small letters that the reader of JSON compares with. */
const COLUMNS: readonly glue.CfnTable.ColumnProperty[] = [
  { name: 'capturedata', type: `struct<${sides('endpointinput')},${sides('endpointoutput')}>`, comment: 'data is the row, and what was answered, each as a text of JSON' },
  { name: 'eventmetadata', type: 'struct<eventid:string,inferenceid:string,inferencetime:string,modelname:string,modelversion:string,variant:string>', comment: 'eventid is the request, and /ROW where it had several; inferenceid is the same with the id that the client chose, if it did' },
  { name: 'eventversion', type: 'string' },
];

/** A query that reads more is stopped, and costs five cents until then. */
const MOST_BYTES = 10 * 2 ** 30;

/**
 * What Athena asks of the captured records. Days are computed and not listed: no crawler, and a record is
 * found as soon as it lies there. Days before `keepDays` are not looked for.
 */
export class Catalog extends Construct {
  constructor(scope: Construct, id: string, { environment, endpoint, bucketName, keepDays }: CatalogProps) {
    super(scope, id);
    const catalogId = Stack.of(this).account;
    const name = fullName(environment, endpoint);
    // Athena would want dashes in quotes.
    const database = new glue.CfnDatabase(this, 'Database', { catalogId, databaseInput: { name: name.replaceAll('-', '_'), description: `What ${name} was asked and answered` } });
    const records = `s3://${bucketName}/${RECORDS}/`;
    const table = new glue.CfnTable(this, 'requests', {
      catalogId,
      databaseName: database.ref,
      tableInput: {
        name: 'requests',
        description: 'A row of a request and its answer, by day',
        tableType: 'EXTERNAL_TABLE',
        partitionKeys: [{ name: 'day', type: 'string', comment: 'on which it came, in UTC, as 2026-01-31' }],
        parameters: {
          EXTERNAL: 'TRUE', classification: 'json', 'projection.enabled': 'true',
          'projection.day.type': 'date', 'projection.day.format': 'yyyy-MM-dd', 'projection.day.range': `NOW-${keepDays}DAYS,NOW`,
          'storage.location.template': `${records}day=\${day}/`,
        },
        storageDescriptor: {
          columns: [...COLUMNS],
          location: records,
          inputFormat: 'org.apache.hadoop.mapred.TextInputFormat',
          outputFormat: 'org.apache.hadoop.hive.ql.io.HiveIgnoreKeyTextOutputFormat',
          serdeInfo: { serializationLibrary: 'org.openx.data.jsonserde.JsonSerDe', parameters: { 'case.insensitive': 'TRUE', 'ignore.malformed.json': 'FALSE' } },
        },
      },
    });
    table.addResourceDependency(database);
    new athena.CfnWorkGroup(this, 'Queries', {
      name,
      description: `SQL over what ${name} was asked and answered`,
      recursiveDeleteOption: true,
      workGroupConfiguration: {
        enforceWorkGroupConfiguration: true,
        publishCloudWatchMetricsEnabled: false,
        bytesScannedCutoffPerQuery: MOST_BYTES,
        resultConfiguration: { outputLocation: `s3://${bucketName}/results/`, encryptionConfiguration: { encryptionOption: 'SSE_S3' } },
      },
    });
    new CfnOutput(Stack.of(this), `CaptureBucket-${endpoint.name}`, { value: bucketName });
    new CfnOutput(Stack.of(this), `CaptureDatabase-${endpoint.name}`, { value: database.ref });
  }
}
