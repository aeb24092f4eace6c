// URL and URLSearchParams for http and https addresses.

const encodeForm = (text) => encodeURIComponent(text).replace(/[!'()~]/g, (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`).replace(/%20/g, "+");

function decodeForm(text) {
  const spaced = text.replace(/\+/g, " ");
  try {
    return decodeURIComponent(spaced);
  } catch {
    return spaced;
  }
}

export class URLSearchParams {
  #pairs = [];
  #changed;

  constructor(init = "", changed = () => {}) {
    this.#changed = changed;
    if (typeof init === "string") this.#read(init.replace(/^\?/, ""));
    else if (typeof init?.[Symbol.iterator] === "function") for (const [name, value] of init) this.#pairs.push([String(name), String(value)]);
    else for (const name of Object.keys(init ?? {})) this.#pairs.push([name, String(init[name])]);
  }

  #read(text) {
    for (const part of text.split("&").filter((p) => p !== "")) {
      const [name, ...rest] = part.split("=");
      this.#pairs.push([decodeForm(name), decodeForm(rest.join("="))]);
    }
  }

  get size() {
    return this.#pairs.length;
  }

  get(name) {
    return this.#pairs.find(([n]) => n === name)?.[1] ?? null;
  }

  getAll(name) {
    return this.#pairs.filter(([n]) => n === name).map(([, value]) => value);
  }

  has(name) {
    return this.#pairs.some(([n]) => n === name);
  }

  append(name, value) {
    this.#pairs.push([String(name), String(value)]);
    this.#changed(this);
  }

  set(name, value) {
    const at = this.#pairs.findIndex(([n]) => n === name);
    if (at < 0) return this.append(name, value);
    this.#pairs = this.#pairs.filter(([n], index) => n !== name || index === at);
    this.#pairs[at] = [String(name), String(value)];
    return this.#changed(this);
  }

  delete(name) {
    this.#pairs = this.#pairs.filter(([n]) => n !== name);
    this.#changed(this);
  }

  sort() {
    this.#pairs.sort(([a], [b]) => (a < b ? -1 : Number(a > b)));
    this.#changed(this);
  }

  forEach(each) {
    for (const [name, value] of this.#pairs) each(value, name, this);
  }

  entries() {
    return this.#pairs.map((pair) => [...pair])[Symbol.iterator]();
  }

  keys() {
    return this.#pairs.map(([name]) => name)[Symbol.iterator]();
  }

  values() {
    return this.#pairs.map(([, value]) => value)[Symbol.iterator]();
  }

  [Symbol.iterator]() {
    return this.entries();
  }

  toString() {
    return this.#pairs.map(([name, value]) => `${encodeForm(name)}=${encodeForm(value)}`).join("&");
  }
}

const ADDRESS = /^(https?):\/\/(?:([^/?#@:]*)(?::([^/?#@]*))?@)?(\[[0-9a-f:.]+\]|[^/?#:@\\\s]+)(?::(\d{1,5}))?([^?#]*)(\?[^#]*)?(#.*)?$/i;
const DEFAULT_PORTS = { http: "80", https: "443" };

// What must not stand in a URL as it is.
const escape = (text) => encodeURI(text).replace(/%25([0-9a-f]{2})/gi, "%$1").replace(/%5B/g, "[").replace(/%5D/g, "]");

function withoutDots(path) {
  const kept = [];
  const parts = path.split("/").slice(1);
  parts.forEach((part, index) => {
    const isLast = index === parts.length - 1;
    if (/^(\.|%2e)$/i.test(part)) isLast && kept.push("");
    else if (/^(\.|%2e){2}$/i.test(part)) {
      kept.pop();
      if (isLast) kept.push("");
    } else kept.push(part);
  });
  return `/${kept.join("/")}`;
}

function against(text, base) {
  const root = new URL(base);
  if (text.startsWith("//")) return root.protocol + text;
  if (text.startsWith("/")) return root.origin + text;
  if (text.startsWith("?")) return root.origin + root.pathname + text;
  if (text.startsWith("#") || text === "") return root.origin + root.pathname + root.search + text;
  return root.origin + root.pathname.replace(/[^/]*$/, "") + text;
}

export class URL {
  #parts;
  #params;

  constructor(text, base) {
    const given = String(text).trim();
    const whole = base !== undefined && !/^[a-z][a-z0-9+.-]*:/i.test(given) ? against(given, base) : given;
    const found = ADDRESS.exec(whole);
    const port = Number(found?.[5] ?? 0);
    if (found === null || port > 65535) throw new TypeError(`not an http or https address: ${given}`);
    const [, scheme, username = "", password = "", host, , path, search = "", hash = ""] = found;
    const protocol = scheme.toLowerCase();
    this.#parts = {
      protocol,
      username,
      password,
      hostname: host.toLowerCase(),
      port: found[5] === undefined || String(port) === DEFAULT_PORTS[protocol] ? "" : String(port),
      pathname: withoutDots(escape(path === "" ? "/" : path)),
      search: search === "?" ? "" : escape(search),
      hash: hash === "#" ? "" : escape(hash),
    };
    this.#params = new URLSearchParams(this.#parts.search, (params) => {
      const query = params.toString();
      this.#parts.search = query === "" ? "" : `?${query}`;
    });
  }

  static canParse(text, base) {
    try {
      return Boolean(new URL(text, base));
    } catch {
      return false;
    }
  }

  get protocol() {
    return `${this.#parts.protocol}:`;
  }

  get username() {
    return this.#parts.username;
  }

  get password() {
    return this.#parts.password;
  }

  get hostname() {
    return this.#parts.hostname;
  }

  get port() {
    return this.#parts.port;
  }

  get host() {
    return this.port === "" ? this.hostname : `${this.hostname}:${this.port}`;
  }

  get origin() {
    return `${this.protocol}//${this.host}`;
  }

  get pathname() {
    return this.#parts.pathname;
  }

  set pathname(path) {
    const text = String(path);
    this.#parts.pathname = withoutDots(escape(text.startsWith("/") ? text : `/${text}`).replace(/[?#]/g, encodeURIComponent));
  }

  get search() {
    return this.#parts.search;
  }

  get searchParams() {
    return this.#params;
  }

  get hash() {
    return this.#parts.hash;
  }

  get href() {
    const { username, password } = this.#parts;
    const secret = password === "" ? "" : `:${password}`;
    const user = username === "" && secret === "" ? "" : `${username}${secret}@`;
    return `${this.protocol}//${user}${this.host}${this.pathname}${this.search}${this.hash}`;
  }

  toString() {
    return this.href;
  }

  toJSON() {
    return this.href;
  }
}
