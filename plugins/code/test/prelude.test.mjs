// The text tools against those of Node, and the seeded generator against itself.
import assert from "node:assert/strict";
import { test } from "node:test";

import { manifest } from "../src/manifest.mjs";
import { seeded, surround } from "../src/prelude.mjs";
import { TextDecoder as OwnDecoder, TextEncoder as OwnEncoder } from "../src/text.mjs";
import { URL as OwnURL, URLSearchParams as OwnParams } from "../src/url.mjs";

test("the same seed gives the same numbers, another gives others", () => {
  const take = (seed) => Array.from({ length: 1000 }, seeded(seed));
  assert.deepEqual(take("run-1/step/1"), take("run-1/step/1"));
  assert.notDeepEqual(take("run-1/step/1"), take("run-1/step/2"));
  const all = take("x");
  assert.ok(all.every((n) => n >= 0 && n < 1));
  const mean = all.reduce((sum, n) => sum + n, 0) / all.length;
  assert.ok(mean > 0.45 && mean < 0.55, `mean ${mean}`);
});

test("UTF-8 both ways, as Node does it", () => {
  for (const text of ["", "plain", "é€𝕴🙈", "\ud800x", "a\u0000b"]) {
    assert.deepEqual([...new OwnEncoder().encode(text)], [...new TextEncoder().encode(text)]);
  }
  const bytes = [[0xe2, 0x82, 0xac], [0xff, 0x41], [0xe2, 0x82], [0xc0, 0x80], [0xed, 0xa0, 0x80], [0xf0, 0x9f, 0x99, 0x88], [0xef, 0xbb, 0xbf, 0x41]];
  for (const each of bytes) {
    const array = new Uint8Array(each);
    const same = new OwnDecoder().decode(array).replace(/\ufffd+/g, "?") === new TextDecoder().decode(array).replace(/\ufffd+/g, "?");
    assert.ok(same, `${each}`);
  }
  assert.throws(() => new OwnDecoder("utf-8", { fatal: true }).decode(new Uint8Array([0xff])), TypeError);
  assert.throws(() => new OwnDecoder("latin1"), RangeError);
});

test("addresses, as Node reads them", () => {
  const given = [
    ["https://Example.com"], ["https://example.com:443/a/../b/./c?x=1#y"], ["http://u:p@example.com:8080/a b?q=é"],
    ["../x", "https://example.com/a/b/c"], ["/x?y", "https://example.com/a"], ["?z=1", "https://example.com/a?y=2"],
    ["//other.example/p", "https://example.com"], ["#h", "https://example.com/a?b=1"], ["https://[::1]:8443/"],
  ];
  for (const [text, base] of given) {
    const [own, other] = [new OwnURL(text, base), new URL(text, base)];
    for (const part of ["href", "origin", "host", "pathname", "search", "hash"]) assert.equal(own[part], other[part], `${part} of ${text}`);
  }
  for (const bad of ["", "x", "ftp://example.com", "https://", "https://a:99999/"]) {
    assert.throws(() => new OwnURL(bad), TypeError);
    assert.equal(OwnURL.canParse(bad), false);
  }
});

test("query parameters, as Node writes them", () => {
  for (const init of ["a=1&b=2&a=3", "?q=a+b%26", { x: "1 +é!" }, [["k", "*'()~"]]]) {
    assert.equal(new OwnParams(init).toString(), new URLSearchParams(init).toString());
  }
  const url = new OwnURL("https://example.com/?a=1");
  url.searchParams.set("a", "2");
  url.searchParams.append("b", "x y");
  url.searchParams.delete("none");
  assert.equal(url.href, "https://example.com/?a=2&b=x+y");
  assert.deepEqual([...url.searchParams], [["a", "2"], ["b", "x y"]]);
});

test("the surroundings keep one time and send the console to the log", () => {
  const lines = [];
  const scope = { Math: {}, setTimeout, performance };
  const RealDate = Date;
  try {
    surround(scope, { seed: "s", now: 1772355600000, log: (level, message) => lines.push([level, message]) });
    assert.equal(new scope.Date().toISOString(), "2026-03-01T09:00:00.000Z");
    assert.equal(scope.Date.now(), 1772355600000);
    assert.equal(new scope.Date(0).getTime(), 0);
    assert.ok(new scope.Date() instanceof scope.Date);
    assert.equal(scope.setTimeout, undefined);
    scope.console.log("a", { b: 1 }, undefined);
    scope.console.error(new TypeError("no"));
    assert.deepEqual(lines, [["info", 'a {"b":1} undefined'], ["error", "TypeError: no"]]);
    const cyclic = { when: new RealDate(5) };
    cyclic.self = cyclic;
    const copied = scope.structuredClone(cyclic);
    assert.equal(copied.self, copied);
    assert.equal(copied.when.getTime(), 5);
    assert.throws(() => scope.structuredClone(() => 1), TypeError);
  } finally {
    RealDate.prototype.constructor = RealDate;
  }
});

test("the manifest says that code reads", () => {
  assert.equal(manifest.actions.run.effect, "read");
  assert.equal(manifest.contract, "0.1");
});
