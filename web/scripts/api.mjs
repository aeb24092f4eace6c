// Writes src/api/schema.gen.ts from the OpenAPI document that the server's tests keep; with --check it only compares.
import { readFile, writeFile } from "node:fs/promises";

import openapiTS, { astToString } from "openapi-typescript";

const snapshot = new URL("../../runtime/api/tests/snapshots/openapi__openapi.snap", import.meta.url);
const target = new URL("../src/api/schema.gen.ts", import.meta.url);

const text = await readFile(snapshot, "utf8");
const document = JSON.parse(text.replace(/^---\n[\s\S]*?\n---\n/, ""));
// The document's operation ids are the handlers' names, which repeat; the types go by path and method, and need none.
for (const methods of Object.values(document.paths)) {
  for (const operation of Object.values(methods)) delete operation.operationId;
}
const types = `// Generated from the server's OpenAPI document by \`npm run api\`. Not edited by hand.\n// long: every path and schema of the document.\n${astToString(await openapiTS(document, { alphabetize: true }))}`;

if (process.argv.includes("--check")) {
  const kept = await readFile(target, "utf8").catch(() => "");
  if (kept !== types) {
    console.error("src/api/schema.gen.ts is not what the OpenAPI document says: run `npm run api`");
    process.exit(1);
  }
  console.log("the generated types are current");
} else {
  await writeFile(target, types);
  console.log(`wrote ${types.split("\n").length} lines of types`);
}
