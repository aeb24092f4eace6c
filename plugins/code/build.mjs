// Builds the component and embeds its manifest: `node build.mjs [FILE]`, or OUT=FILE; dist/code.wasm unless said.
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

import { componentize } from "componentize-qjs";

import { manifest } from "./src/manifest.mjs";

const here = dirname(fileURLToPath(import.meta.url));
const out = process.argv[2] ?? process.env.OUT ?? join(here, "dist", "code.wasm");

function leb128(value) {
  const bytes = [];
  do {
    const low = value & 0x7f;
    value >>>= 7;
    bytes.push(value === 0 ? low : low | 0x80);
  } while (value !== 0);
  return Buffer.from(bytes);
}

function section(name, text) {
  const id = Buffer.from(name);
  const body = Buffer.concat([leb128(id.length), id, Buffer.from(text)]);
  return Buffer.concat([Buffer.from([0]), leb128(body.length), body]);
}

const shell = join(here, "src", "shell.mjs");
const { component } = await componentize({
  witPath: join(here, "..", "..", "sdk", "wit", "v0"),
  world: "code",
  jsSource: await readFile(shell, "utf8"),
  jsPath: shell,
  moduleRoot: here,
  stubWasi: true,
  sync: true,
});
const whole = Buffer.concat([
  Buffer.from(component),
  section("throughline:manifest", JSON.stringify(manifest)),
  section("throughline:contract", manifest.contract),
]);
await mkdir(dirname(out), { recursive: true });
await writeFile(out, whole);
process.stdout.write(`code ${manifest.version}: ${out} (${Math.ceil(whole.length / 1024)} KiB)\n`);
