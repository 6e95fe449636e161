// Asks with the client of openapi-generator, typescript-fetch; as openapi_typescript.ts else.

import { Configuration, PredictApi, type Row, RowFromJSON } from "./openapi-generator";
import { rows } from "./rows";

declare const process: { argv: string[] };

// @ts-expect-error The fields of a row are required.
export const incomplete: Row = {};

async function main() {
  const api = new PredictApi(new Configuration({ basePath: process.argv[2], apiKey: "sesame" }));
  const one = await api.predict({ row: RowFromJSON(rows[0]) });
  const many = await api.predictMany({ rows: { instances: rows.map(RowFromJSON) } });
  const labels = [one.label, ...many.predictions.map((answer) => answer.label)];
  console.log(JSON.stringify(labels));
}

main();
