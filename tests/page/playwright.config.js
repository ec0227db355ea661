// The page in Chromium, against the program as it was built: `npm test` in this folder. Nothing is left
// out where something is missing; it fails, and says what to install.

import { defineConfig } from "@playwright/test";

import { browser } from "./server.js";

export default defineConfig({
  testDir: ".",
  // Solving takes cores, too.
  workers: 1,
  timeout: 60_000,
  expect: { timeout: 15_000 },
  forbidOnly: true,
  reporter: [["list"]],
  globalSetup: "./server.js",
  use: {
    viewport: { width: 1280, height: 860 },
    locale: "en-GB",
    launchOptions: { executablePath: browser(), args: ["--no-sandbox"] },
  },
});
