// A server of its own with the demo in it: systems to change, people to be, records that come to a gate or stop.
import { execFileSync, spawn } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";

import { front } from "./front.mjs";

const root = fileURLToPath(new URL("../../", import.meta.url));

export function binary() {
  const named = process.env.THROUGHLINE_BIN;
  const found = [named, "target/release/throughline", "target/debug/throughline"].filter(Boolean).map((path) => resolve(root, path));
  const there = found.find(existsSync);
  if (!there) throw new Error(`no server to test: build it, or name one in THROUGHLINE_BIN (looked for ${found.join(", ")})`);
  return there;
}

const freePort = () =>
  new Promise((done) => {
    const probe = createServer().listen(0, "127.0.0.1", () => {
      const { port } = probe.address();
      probe.close(() => done(port));
    });
  });

const until = async (what, look, patience = 60_000) => {
  const end = Date.now() + patience;
  for (;;) {
    const found = await look();
    if (found) return found;
    if (Date.now() > end) throw new Error(`waited in vain for ${what}`);
    await new Promise((later) => setTimeout(later, 150));
  }
};

const PASSWORD = "correct horse battery staple";

export class World {
  /** A server with the demo, or an empty one with the simulated systems beside it: nothing installed, nobody there. */
  static async begin({ empty = false } = {}) {
    const world = new World();
    world.data = mkdtempSync(join(tmpdir(), "throughline-web-"));
    world.bin = binary();
    world.port = await freePort();
    world.server = `http://127.0.0.1:${world.port}`;
    world.mode = empty ? "--simulators" : "--demo";
    world.serve();
    const ready = empty ? "sign in once" : "Ctrl-C stops the server";
    await until("the server", () => world.output.includes(ready), 180_000);
    if (empty) {
      world.setup = /make the first one at \S+(\/setup\/\w+)/.exec(world.output)[1];
      await world.facade();
      return world;
    }
    world.projects = /projects\s+(http:\S+)/.exec(world.output)[1];
    world.crm = /crm\s+(http:\S+)/.exec(world.output)[1];
    world.crmToken = readFileSync(join(world.data, "keys/demo-crm.token"), "utf8").trim();
    world.accounting = /accounting\s+(http:\S+)/.exec(world.output)[1];
    world.accountingToken = readFileSync(join(world.data, "keys/demo-accounting.token"), "utf8").trim();
    world.token = readFileSync(join(world.data, "keys/demo-projects.token"), "utf8").trim();
    await world.facade();
    return world;
  }

  serve() {
    this.output = "";
    this.child = spawn(this.bin, ["--data", this.data, "serve", this.mode, "--listen", `127.0.0.1:${this.port}`], { stdio: ["ignore", "pipe", "pipe"] });
    for (const stream of [this.child.stdout, this.child.stderr]) stream.on("data", (part) => (this.output += part));
  }

  /** Ends the server as a power cut does, and leaves it away. */
  async kill() {
    const ended = new Promise((done) => this.child.once("exit", done));
    this.child.kill("SIGKILL");
    await ended;
  }

  /** Starts it again where it was; sessions go on. */
  async again() {
    this.serve();
    await until("the server, again", () => this.output.includes("ready "), 60_000);
  }

  /** The server's own pages where it has them, and a front before it where not. */
  async facade() {
    // PAGES=dist looks at what was just built, whatever the server carries.
    const own = process.env.PAGES === "dist" ? null : await fetch(`${this.server}/today`, { redirect: "manual" });
    const page = own?.ok ? await own.text() : "";
    if (page.includes('id="root"')) this.address = this.server;
    else {
      this.front = await front(this.server);
      this.address = this.front.address;
    }
  }

  /** The cookie of a session of one of the demo's people, by the one-time link that was printed. */
  async session(role) {
    this.sessions ??= {};
    if (!this.sessions[role]) {
      // Who holds the data directory looks after the server, and is nobody's account.
      const link = role === "holder" ? /sign in once[^\n]*code=(\w+)/ : new RegExp(`^  ${role} .*code=(\\w+)`, "m");
      const code = link.exec(this.output)[1];
      // Kept before it is there: the link works once, and several may ask at a time.
      this.sessions[role] = this.signIn({ code });
    }
    return { name: "throughline_session", value: await this.sessions[role], url: this.address };
  }

  plugin(name) {
    return join(dirname(this.bin), "bundle/plugins", `${name}.wasm`);
  }

  async signIn(body) {
    const answer = await fetch(`${this.server}/sign-in`, { method: "POST", redirect: "manual", headers: { "sec-fetch-site": "same-origin", "content-type": "application/json" }, body: JSON.stringify(body) });
    if (!answer.ok) throw new Error(`no session: ${answer.status} ${await answer.text()}`);
    return /throughline_session=(\w+)/.exec(answer.headers.get("set-cookie"))[1];
  }

  /** Gives somebody a password, as an invitation does; that ends their sessions, so they sign in with it. */
  async password(mail) {
    const out = execFileSync(this.bin, ["--data", this.data, "account", "link", mail], { encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] });
    const path = /\/setup\/\w+/.exec(out)[0];
    const form = new URLSearchParams({ password: PASSWORD, again: PASSWORD, repeat: PASSWORD, name: "" });
    const answer = await fetch(this.server + path, { method: "POST", redirect: "manual", headers: { "sec-fetch-site": "same-origin" }, body: form });
    if (answer.status >= 400) throw new Error(`no password for ${mail}: ${answer.status} ${await answer.text()}`);
    const role = new RegExp(`^  (\\w+) +${mail.replace(".", "\\.")}`, "m").exec(this.output)[1];
    this.sessions = { ...this.sessions, [role]: await this.signIn({ mail, password: PASSWORD }) };
    return PASSWORD;
  }

  async api(role, method, path, body) {
    const { value } = await this.session(role);
    const answer = await fetch(`${this.server}/api/v1${path}`, {
      method,
      headers: { cookie: `throughline_session=${value}`, "sec-fetch-site": "same-origin", "throughline-workspace": "demo", ...(body ? { "content-type": "application/json" } : {}) },
      ...(body ? { body: JSON.stringify(body) } : {}),
    });
    const found = await answer.json();
    if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${JSON.stringify(found)}`);
    return found;
  }

  async system(method, path, body) {
    const answer = await fetch(`${this.projects}/v1${path}`, { method, headers: { authorization: `Bearer ${this.token}`, "content-type": "application/json" }, body: JSON.stringify(body) });
    if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${await answer.text()}`);
    return answer.status === 204 ? null : answer.json();
  }

  /** A job that is completed in the system; without a signature it stops, with one it comes to the gate. */
  async job({ title = "Boiler swap", signature = "S. Marsh", lines = [{ description: "Boiler", quantity: "1", unit_price: "1840.00" }] } = {}) {
    const job = await this.system("POST", "/jobs", { title, customer_id: "cus_0003", lines });
    await this.system("PATCH", `/jobs/${job.id}`, { photos: ["before.jpg", "after.jpg"], ...(signature ? { signature } : {}) });
    await this.system("POST", `/jobs/${job.id}/complete`, {});
    return job;
  }

  /** Does something that the projects system tells nobody about. */
  async unannounced(work) {
    const { items } = await this.system("GET", "/webhooks");
    for (const { id } of items) await this.system("DELETE", `/webhooks/${id}`);
    const done = await work();
    const secret = readFileSync(join(this.data, "keys/demo-webhook.secret"), "utf8").trim();
    for (const { url } of items) await this.system("POST", "/webhooks", { url, secret });
    return done;
  }

  async proposal(job) {
    return until(`a proposal about ${job.id}`, async () => {
      const { items } = await this.api("approver", "GET", "/proposals?state=open&limit=200");
      return items.find((one) => one.operations.some((operation) => operation.input?.reference === job.number));
    });
  }

  async exception(job) {
    return until(`an exception about ${job.id}`, async () => {
      const { items } = await this.api("operator", "GET", "/exceptions?state=open&limit=200");
      return items.find((one) => one.what_changed?.keys?.job === job.id);
    });
  }

  end() {
    this.front?.close();
    const gone = () => rmSync(this.data, { recursive: true, force: true });
    if (this.child.exitCode !== null || this.child.signalCode !== null) return Promise.resolve(gone());
    return new Promise((done) => {
      this.child.on("exit", () => done(gone()));
      this.child.kill("SIGTERM");
    });
  }
}
