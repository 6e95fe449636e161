// Asks with the client of @hey-api/openapi-ts; as openapi_typescript.ts else.

import { predict, predictMany, type Row } from "./hey";
import { client } from "./hey/client.gen";
import { rows } from "./rows";

declare const process: { argv: string[] };

// @ts-expect-error The fields of a row are required.
export const incomplete: Row = {};

async function main() {
  client.setConfig({ baseUrl: process.argv[2], auth: "sesame" });
  const one = await predict({ body: rows[0], throwOnError: true });
  const many = await predictMany({ body: { instances: rows }, throwOnError: true });
  const labels = [one.data.label, ...many.data.predictions.map((answer) => answer.label)];
  console.log(JSON.stringify(labels));
}

main();
