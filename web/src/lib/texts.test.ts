import { expect, it } from "vitest";

import { readText } from "./texts";

it("finds what a text calls, also within a for-each", () => {
  const { uses } = readText(`
workflow: a
trigger: { id: t, on: projects.job_done, connection: jobs }
nodes:
  - { id: read, action: crm.get, connection: crm }
  - { id: each, for_each: "{{ x }}", do: [ { id: one, action: books.create, connection: books, title: Write it, with: { a: 1 } } ] }
`);
  expect(uses.map(({ node, action, connection }) => [node, action, connection])).toEqual([
    ["t", "projects.job_done", "jobs"],
    ["read", "crm.get", "crm"],
    ["one", "books.create", "books"],
  ]);
  expect(uses[2]).toMatchObject({ title: "Write it", connector: "books", input: { a: 1 } });
});

it("of what does not read it says nothing", () => {
  expect(readText("a: [")).toEqual({ text: {}, uses: [] });
});
