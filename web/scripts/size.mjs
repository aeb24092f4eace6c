// Fails where the script that the first page loads is larger than its limit.
import { readFile } from "node:fs/promises";
import { gzipSync } from "node:zlib";

const limit = 250 * 1024;
const dist = new URL("../dist/", import.meta.url);
const page = await readFile(new URL("index.html", dist), "utf8");
const names = [...page.matchAll(/(?:src|href)="\/([^"]+\.js)"/g)].map((match) => match[1]);
if (names.length === 0) throw new Error("dist/index.html names no script: run `npm run build`");

let total = 0;
for (const name of names) {
  const size = gzipSync(await readFile(new URL(name, dist)), { level: 9 }).length;
  total += size;
  console.log(`${(size / 1024).toFixed(1).padStart(8)} KB  ${name}`);
}
console.log(`${(total / 1024).toFixed(1).padStart(8)} KB  of at most ${limit / 1024}`);
if (total > limit) process.exit(1);
