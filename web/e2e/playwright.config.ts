import { defineConfig } from "@playwright/test";

const desktop = { width: 1440, height: 900 };
const phone = { width: 375, height: 812 };

export default defineConfig({
  testDir: ".",
  outputDir: "../test-results",
  timeout: 60_000,
  expect: { timeout: 10_000 },
  // One server is shared; what a journey needs it makes for itself.
  workers: 1,
  fullyParallel: false,
  reporter: [["list"]],
  use: {
    launchOptions: { executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium", args: ["--no-sandbox", "--disable-background-networking"] },
    locale: "en-GB",
    screenshot: "only-on-failure",
    actionTimeout: 15_000,
  },
  projects: [
    { name: "desktop-light", use: { viewport: desktop, colorScheme: "light" } },
    { name: "desktop-dark", use: { viewport: desktop, colorScheme: "dark" } },
    { name: "phone-light", use: { viewport: phone, colorScheme: "light", hasTouch: true } },
    { name: "phone-dark", use: { viewport: phone, colorScheme: "dark", hasTouch: true } },
  ],
});
