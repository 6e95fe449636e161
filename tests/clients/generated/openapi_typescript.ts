// Asks as a program that has the types of openapi-typescript does, with openapi-fetch. Argument: the
// function's address. Prints the label of the first row and of all rows, as one list; for a regression
// tests/serving/generated.rs puts `.value` in place of `.label`.

import createClient from "openapi-fetch";
import { rows } from "./rows";
import type { components, paths } from "./schema";

declare const process: { argv: string[] };

// @ts-expect-error The fields of a row are required.
export const incomplete: components["schemas"]["Row"] = {};

async function main() {
  const client = createClient<paths>({ baseUrl: process.argv[2], headers: { "x-api-key": "sesame" } });
  const one = await client.POST("/predict", { body: rows[0] });
  if (one.error) throw new Error(one.error.detail);
  const many = await client.POST("/predict-many", { body: { instances: rows } });
  if (many.error) throw new Error(many.error.detail);
  const labels = [one.data.label, ...many.data.predictions.map((answer) => answer.label)];
  console.log(JSON.stringify(labels));
}

main();
