// What the runner knows of the shell before it runs it.
export const manifest = {
  contract: "0.1",
  id: "code",
  version: "0.1.0",
  name: "Code",
  description: "JavaScript in a sandbox: data in, data out. No network, no clock, no randomness of its own.",
  actions: {
    run: {
      title: "Run code",
      description: "The code is the body of a function of `input`; what it returns is the step's output.",
      effect: "read",
      input: {
        type: "object",
        properties: {
          code: { title: "Code", type: "string" },
          input: { title: "Input" },
          seed: { title: "Seed of Math.random", type: "string" },
          now: { title: "Time, in milliseconds since 1970", type: "integer", minimum: 0 },
        },
        required: ["code", "input", "seed", "now"],
        additionalProperties: false,
      },
      output: {},
      sample: { total: "190.00" },
      preview: false,
      reconcile: false,
      compensate: false,
      settle_ms: 5000,
    },
  },
};
