// The pictures of the page in the README and the book, made by the page itself: `node screenshots.js`.

import { mkdirSync, statSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";

import { chromium } from "@playwright/test";

import { browser as installed, serve } from "./server.js";

const root = resolve(dirname(fileURLToPath(import.meta.url)), "../..");
const pictures = join(root, "docs/src/guides/page");

/** Most bytes of a picture. */
const MOST = 300_000;

mkdirSync(pictures, { recursive: true });
const server = await serve(["--workers", "1"]);
const browser = await chromium.launch({ executablePath: installed(), args: ["--no-sandbox"] });

/**
 * @param {string} name
 * @param {{width: number, height: number, colorScheme: "light" | "dark", lang: string}} looks
 * @param {(page: import("@playwright/test").Page) => Promise<void>} act
 */
async function shoot(name, { width, height, colorScheme, lang }, act) {
  const context = await browser.newContext({
    viewport: { width, height },
    colorScheme,
    reducedMotion: "reduce",
  });
  const page = await context.newPage();
  await page.goto(`${server.address}/#in=viken-2020&lang=${lang}`);
  await page.waitForSelector("body[data-ready]");
  await act(page);
  // Nobody points at the map.
  await page.mouse.move(1, 1);
  await page.evaluate(() => scrollTo(0, 0));
  await page.waitForTimeout(500);
  const path = join(pictures, `${name}.png`);
  await page.screenshot({ path });
  if (statSync(path).size > MOST) throw new Error(`${path} has more than ${MOST} bytes`);
  await context.close();
}

/** @param {import("@playwright/test").Page} page @param {string} k @param {string} [against] */
async function solve(page, k, against = "") {
  await page.click("#tab-run");
  await page.fill("#k", k);
  await page.selectOption("#against", against);
  await page.click("#solve");
  await page.waitForSelector("#status[data-status=successful]", { timeout: 120_000 });
  await page.waitForSelector("rf-chart .here");
}

await shoot("front", { width: 1280, height: 860, colorScheme: "light", lang: "en" }, async (page) => {
  await solve(page, "6,9,12", "min-population");
  const point = page.locator("rf-chart [data-point^='9-']").nth(20);
  const key = await point.getAttribute("data-point");
  await page.click("#points summary");
  await page.locator(`[id="point-${key}"]`).click();
  await page.click("#points summary");
});

await shoot("prices", { width: 1280, height: 860, colorScheme: "light", lang: "en" }, async (page) => {
  await solve(page, "9");
  await page.click("#tab-plan");
  await page.locator('rf-map g.area > [data-area="3007"]').click();
  await page.locator("#area tr", { hasText: "Drammen" }).getByRole("button").first().click();
  await page.waitForSelector("#price[data-state=proven]", { timeout: 60_000 });
});

await shoot("phone", { width: 390, height: 844, colorScheme: "dark", lang: "nb" }, async (page) => {
  await solve(page, "9");
  await page.click("#tab-plan");
});

await browser.close();
await server.close();
