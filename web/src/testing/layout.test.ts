import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

import { expect, it } from "vitest";

const files = readdirSync("src", { recursive: true, encoding: "utf8" }).filter((name) => /\.(tsx?|css)$/.test(name));

it("file names are in kebab case, and none only passes things on", () => {
  const odd = files.filter((name) => name.split("/").some((part) => !/^[a-z0-9-]+(\.gen|\.test|\.bench)?(\.(tsx?|css))?$/.test(part)) || /(^|\/)index\.tsx?$/.test(name));
  expect(odd).toEqual([]);
});

it("values of the look stand in one file", () => {
  const others = files.filter((name) => name.endsWith(".css") && name !== "styles/tokens.css");
  const coloured = others.filter((name) => /#[0-9a-f]{3,8}\b|rgb\(|light-dark\(/i.test(readFileSync(join("src", name), "utf8")));
  expect(coloured).toEqual([]);
});

it("no component writes a colour of its own", () => {
  const coloured = files.filter((name) => name.endsWith(".tsx") && /["'`](#[0-9a-f]{3,8}|rgb\()/i.test(readFileSync(join("src", name), "utf8")));
  expect(coloured).toEqual([]);
});
