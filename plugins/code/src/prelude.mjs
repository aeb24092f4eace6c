// What code finds around it: a clock that stands still, randomness from a seed, a console, and the usual text tools.
import { TextDecoder, TextEncoder } from "./text.mjs";
import { URL, URLSearchParams } from "./url.mjs";

const RealDate = globalThis.Date;

// The sandbox has no clock: whatever would ask one gets the time of the event that made the step ready.
function stillDate(now) {
  function Date(...args) {
    if (new.target === undefined) return new RealDate(now).toString();
    return Reflect.construct(RealDate, args.length === 0 ? [now] : args, new.target);
  }
  Date.prototype = RealDate.prototype;
  Date.now = () => now;
  Date.parse = RealDate.parse;
  Date.UTC = RealDate.UTC;
  RealDate.prototype.constructor = Date;
  return Date;
}

// 128 bits of a text, mixed well enough to seed a generator.
function hash128(text) {
  let [a, b, c, d] = [1779033703, 3144134277, 1013904242, 2773480762];
  for (let at = 0; at < text.length; at += 1) {
    const unit = text.charCodeAt(at);
    a = b ^ Math.imul(a ^ unit, 597399067);
    b = c ^ Math.imul(b ^ unit, 2869860233);
    c = d ^ Math.imul(c ^ unit, 951274213);
    d = a ^ Math.imul(d ^ unit, 2716044179);
  }
  a = Math.imul(c ^ (a >>> 18), 597399067);
  b = Math.imul(d ^ (b >>> 22), 2869860233);
  c = Math.imul(a ^ (c >>> 17), 951274213);
  d = Math.imul(b ^ (d >>> 19), 2716044179);
  return [a ^ b ^ c ^ d, b ^ a, c ^ a, d ^ a];
}

// The same seed gives the same numbers, on every machine and in every replay (the generator is sfc32).
export function seeded(seed) {
  let [a, b, c, d] = hash128(String(seed));
  const next = () => {
    const t = (((a + b) | 0) + d) | 0;
    d = (d + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = (c << 21) | (c >>> 11);
    c = (c + t) | 0;
    return t >>> 0;
  };
  for (let n = 0; n < 16; n += 1) next();
  return () => ((next() >>> 5) * 67108864 + (next() >>> 6)) / 9007199254740992;
}

function shown(value) {
  if (typeof value === "string") return value;
  if (value instanceof Error) return `${value.name}: ${value.message}`;
  try {
    return JSON.stringify(value) ?? String(value);
  } catch {
    return String(value);
  }
}

function consoleTo(log) {
  const at = (level) => (...values) => log(level, values.map(shown).join(" "));
  return Object.freeze({ debug: at("debug"), log: at("info"), info: at("info"), warn: at("warn"), error: at("error"), trace: at("debug") });
}

// Copies data; what has no data in it cannot be copied.
function copy(value, seen = new Map()) {
  if (typeof value === "function" || typeof value === "symbol") throw new TypeError(`a ${typeof value} cannot be copied`);
  if (value === null || typeof value !== "object") return value;
  if (seen.has(value)) return seen.get(value);
  if (value instanceof RealDate) return new RealDate(value.getTime());
  if (value instanceof Map) return filled(new Map(), value, seen, (to, [k, v]) => to.set(copy(k, seen), copy(v, seen)));
  if (value instanceof Set) return filled(new Set(), value, seen, (to, v) => to.add(copy(v, seen)));
  if (ArrayBuffer.isView(value)) return value.slice();
  if (Array.isArray(value)) return filled([], value, seen, (to, v) => to.push(copy(v, seen)));
  return filled({}, value, seen, (to, [k, v]) => (to[k] = copy(v, seen)));
}

function filled(to, from, seen, add) {
  seen.set(from, to);
  const all = typeof from[Symbol.iterator] === "function" ? from : Object.entries(from);
  for (const each of all) add(to, each);
  return to;
}

// Sets the globals. One instance serves one call, so nothing has to be put back.
export function surround(scope, { seed, now, log }) {
  scope.Date = stillDate(now);
  scope.Math.random = seeded(seed);
  scope.console = consoleTo(log);
  Object.assign(scope, { URL, URLSearchParams, TextEncoder, TextDecoder, structuredClone: (value) => copy(value) });
  // Work that would go on after the step has ended.
  for (const name of ["setTimeout", "setInterval", "queueMicrotask", "Atomics", "SharedArrayBuffer", "performance"]) delete scope[name];
}
