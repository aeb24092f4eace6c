import { readFileSync } from "node:fs";
import { resolve } from "node:path";

import { expect, it } from "vitest";

import { readText } from "@/lib/texts";

import { declared } from "./declared";
import { matrixOf, whereToChange } from "./matrix";

const text = readFileSync(resolve(import.meta.dirname, "../../../../packs/invoice-readiness/invoice-readiness.yaml"), "utf8");
const said = { workflow: "invoice-readiness", title: "Invoice readiness", stage: "review", ...readText(text) };
const found = declared([said], []);

it("follows a written field to the system it is read from", () => {
  expect(found.written.map(({ record, field, to, from }) => [record, field, to, from])).toEqual([
    ["invoice", "customer", "accounting", ["crm"]],
    ["invoice", "reference", "accounting", ["projects"]],
    ["invoice", "lines", "accounting", ["projects"]],
  ]);
  expect(found.sources[0]).toMatchObject({ source: "projects", begins: "projects.job_changed", owner: "team:billing" });
  expect(found.systems).toEqual(["accounting", "crm", "projects"]);
});

it("the matrix has a row for each field, with one cell for each system", () => {
  const [group] = matrixOf(found);
  expect(group?.record).toBe("invoice");
  expect(group?.rows[0]).toMatchObject({ field: "customer", cells: { accounting: { kind: "written" }, crm: { kind: "source" } } });
});

it("says where something is changed, and where not", () => {
  expect(whereToChange(found, "customer")).toMatchObject([{ record: "invoice", field: "customer", in: ["crm"], not: ["accounting"] }]);
  expect(whereToChange(found, "nothing like it")).toEqual([]);
});

it("two workflows that write one field of one system are told apart", () => {
  const two = declared([said, { ...said, workflow: "other", title: "Other" }], []);
  expect(matrixOf(two)[0]?.rows[0]?.cells.accounting).toMatchObject({ kind: "written", contested: true });
});
