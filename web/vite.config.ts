import { fileURLToPath } from "node:url";

import tailwindcss from "@tailwindcss/vite";
import react from "@vitejs/plugin-react";
import { defineConfig } from "vitest/config";

const server = process.env.THROUGHLINE_SERVER ?? "http://127.0.0.1:8790";

/** The running server answers these; everything else is a page of this application. */
const served = ["/api", "/sign-in", "/sign-out", "/setup", "/account", "/asks", "/d/", "/forms", "/plain", "/livez", "/readyz"];

export default defineConfig({
  plugins: [react(), tailwindcss()],
  resolve: { alias: { "@": fileURLToPath(new URL("./src", import.meta.url)) } },
  server: {
    port: Number(process.env.PORT ?? 8891),
    strictPort: true,
    // The packs that ship are offered by the first steps, out of the files themselves.
    fs: { allow: [".", "../packs"] },
    proxy: Object.fromEntries(
      served.map((path) => [path, { target: server, changeOrigin: true, headers: { origin: server } }]),
    ),
  },
  // Nothing may stand inline in a page: the policy of the server allows files of its own only.
  build: { assetsInlineLimit: 0, modulePreload: { polyfill: false }, target: "es2023", cssTarget: ["chrome123", "firefox120", "safari17.5"] },
  // Properties take their time where other things run beside them.
  test: { environment: "jsdom", isolate: false, testTimeout: 120_000, include: ["src/**/*.test.{ts,tsx}"] },
});
