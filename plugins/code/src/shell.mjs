import host from "throughline:connector/log@0.1.0";
import { manifest as declared } from "./manifest.mjs";
import { surround } from "./prelude.mjs";

const LONGEST_MESSAGE = 2000;

function failure(kind, code, message, detail = null) {
  return {
    kind,
    code,
    message: String(message).slice(0, LONGEST_MESSAGE),
    origin: "host",
    httpStatus: null,
    remoteRequestId: null,
    detail: detail === null ? null : JSON.stringify(detail),
  };
}

const PERMANENT = { tag: "permanent" };

function invalid(message) {
  return failure({ tag: "invalid-input", val: [{ path: "", message }] }, "code.input", message);
}

function read(text) {
  let call;
  try {
    call = JSON.parse(text);
  } catch (error) {
    throw invalid(`not JSON: ${error.message}`);
  }
  const isWhole = call !== null && typeof call === "object" && typeof call.code === "string" && typeof call.seed === "string";
  if (!isWhole || !Number.isSafeInteger(call.now) || call.now < 0 || !("input" in call)) {
    throw invalid("must be an object of code, input, seed and now");
  }
  return call;
}

// Where in the author's code it happened. `new Function` puts lines of its own before it.
function place(error) {
  const found = /<(?:input|evalScript|anonymous)>:(\d+)(?::(\d+))?/.exec(String(error?.stack ?? ""));
  const line = Number(found?.[1] ?? error?.lineNumber ?? 0) - linesBefore;
  if (!(line >= 1)) return {};
  return { line, column: Number(found?.[2] ?? error?.columnNumber ?? 0) };
}

const linesBefore = (() => {
  try {
    new Function("input", "throw new Error()")();
  } catch (error) {
    return Number(/<(?:input|evalScript|anonymous)>:(\d+)/.exec(String(error.stack))?.[1] ?? 1) - 1;
  }
  return 0;
})();

function broken(error) {
  const name = error instanceof Error ? error.name : "Error";
  const said = error instanceof Error ? error.message : typeof error === "string" ? error : JSON.stringify(error);
  const at = place(error);
  const where = at.line === undefined ? "" : ` (line ${at.line})`;
  const code = name === "SyntaxError" ? "code.syntax" : "code.error";
  return failure(PERMANENT, code, `${name}: ${said}${where}`, { name, ...at });
}

function evaluate(call) {
  let output;
  try {
    output = new Function("input", call.code)(call.input);
  } catch (error) {
    throw broken(error);
  }
  if (typeof output?.then === "function") throw failure(PERMANENT, "code.async", "the code must return its output, not a promise");
  try {
    return JSON.stringify(output ?? null) ?? "null";
  } catch (error) {
    throw failure(PERMANENT, "code.output", `the output cannot be written as JSON: ${error.message}`);
  }
}

function unsupported(what) {
  return failure({ tag: "unsupported" }, "code.unsupported", `code has no ${what}`);
}

export const manifest = {
  describe: () => JSON.stringify(declared),
};

export const actions = {
  run(operation, input, precondition, resume) {
    if (operation !== "run") throw unsupported(`action ${operation}`);
    const call = read(input);
    surround(globalThis, { ...call, log: (level, message) => host.log(level, message, null) });
    return { tag: "done", val: evaluate(call) };
  },
  preview() {
    throw unsupported("preview: it writes nothing");
  },
  reconcile() {
    throw unsupported("reconcile: it writes nothing");
  },
  compensate() {
    throw unsupported("compensation: it writes nothing");
  },
  classify: () => JSON.stringify({ effect: "read" }),
};
