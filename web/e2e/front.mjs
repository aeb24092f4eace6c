// Serves dist/ under the policy that the server gives it, and hands everything else to the server: for tests of a build that
// the server does not carry.
import { readFile } from "node:fs/promises";
import { createServer, request } from "node:http";
import { pipeline } from "node:stream";
import { extname, normalize } from "node:path";
import { fileURLToPath } from "node:url";

const dist = fileURLToPath(new URL("../dist/", import.meta.url));
const TYPES = { ".html": "text/html; charset=utf-8", ".js": "text/javascript", ".css": "text/css", ".svg": "image/svg+xml", ".woff2": "font/woff2" };
const SERVED = /^\/(api|sign-in|sign-out|setup|account|asks|d|forms|plain|livez|readyz)(\/|$|\?)/;
const NONCE = "bm9uY2Ugb2YgdGVzdHM=";
export const POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  `style-src 'self' 'nonce-${NONCE}'`,
  "worker-src 'self'",
  "img-src 'self'",
  "font-src 'self'",
  "connect-src 'self'",
  "form-action 'self'",
  "frame-ancestors 'none'",
  "base-uri 'none'",
  "require-trusted-types-for 'script'",
  "trusted-types throughline",
].join("; ");

async function file(path) {
  const name = normalize(path).replace(/^\/+/, "");
  const known = extname(name) in TYPES ? await readFile(dist + name).catch(() => null) : null;
  if (known) return [known, extname(name)];
  return [(await readFile(`${dist}index.html`, "utf8")).replace("__CSP_NONCE__", NONCE), ".html"];
}

function pass(server, incoming, outgoing) {
  const headers = { ...incoming.headers, host: new URL(server).host };
  if (headers.origin) headers.origin = server;
  const onward = request(server + incoming.url, { method: incoming.method, headers }, (answer) => {
    outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
    // A server that goes away in the middle is gone for the browser as well.
    pipeline(answer, outgoing, () => outgoing.destroy());
  });
  onward.on("error", () => outgoing.destroy());
  outgoing.on("close", () => onward.destroy());
  incoming.pipe(onward);
}

/** The address of a front for a server; `close` ends it. */
export async function front(server, port = 0) {
  const http = createServer((incoming, outgoing) => {
    if (SERVED.test(incoming.url)) return pass(server, incoming, outgoing);
    file(incoming.url.split("?")[0]).then(([body, type]) => {
      outgoing.writeHead(200, { "content-type": TYPES[type], "content-security-policy": POLICY, "cache-control": "no-cache" });
      outgoing.end(body);
    });
  });
  await new Promise((resolve) => http.listen(port, "127.0.0.1", resolve));
  return { address: `http://127.0.0.1:${http.address().port}`, close: () => (http.closeAllConnections(), http.close()) };
}
