// How long the page takes, printed as a table: `npm run figures`, a minute on an idle machine. Not a test:
// figures are the machine's. "Cold" is the first time after the server has started, or after the page was
// opened; "warm" is the median of seven times after it.

import { chromium } from "@playwright/test";

import { browser as installed, serve } from "./server.js";

/** Times that each figure is taken. */
const TIMES = 7;

// Nobody solves: what is measured is the page, not what is proven beside.
const server = await serve(["--workers", "0"]);
const browser = await chromium.launch({ executablePath: installed(), args: ["--no-sandbox"] });

/** The middle of some figures, in whole milliseconds. @param {number[]} figures */
function median(figures) {
  return Math.round(figures.toSorted((a, b) => a - b)[Math.floor(figures.length / 2)]);
}

/**
 * Milliseconds from an act in the page until it is drawn and, where asked, until something holds.
 * @param {import("@playwright/test").Page} page
 * @param {string} act
 * @param {string} [until]
 */
function timed(page, act, until = "true") {
  return page.evaluate(
    async ([act, until]) => {
      const holds = new Function(`return ${until}`);
      const begun = performance.now();
      new Function(act)();
      while (!holds()) await new Promise((done) => requestAnimationFrame(done));
      // Two frames: the first is asked for, after the second it is drawn.
      await new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));
      return performance.now() - begun;
    },
    [act, until],
  );
}

const rows = [];
for (const [instance, division] of [
  ["viken-2020", "ba_regions_2020"],
  ["norway-2024", "counties_2024"],
]) {
  const first = [];
  for (let at = 0; at <= TIMES; at += 1) {
    const context = await browser.newContext();
    const page = await context.newPage();
    const begun = performance.now();
    await page.goto(`${server.address}/#in=${instance}`);
    await page.waitForSelector("body[data-ready] rf-map [data-area]");
    first.push(performance.now() - begun);
    await context.close();
  }
  const [cold, ...warm] = first;
  const context = await browser.newContext();
  const page = await context.newPage();
  // A policy without `unsafe` would not let this script count in the page.
  const client = await context.newCDPSession(page);
  await client.send("Page.setBypassCSP", { enabled: true });
  await page.goto(`${server.address}/#in=${instance}`);
  await page.waitForSelector("body[data-ready]");
  const shape = (at) => `document.querySelectorAll("rf-map [data-area][role=button]")[${at}]`;
  const press = (at) =>
    ["pointerdown", "pointerup"]
      .map((kind) => `${shape(at)}.dispatchEvent(new PointerEvent("${kind}", {bubbles: true, button: 0}))`)
      .join(";");
  const select = [];
  for (let at = 0; at <= TIMES; at += 1) select.push(await timed(page, press(at)));
  const [firstClick, ...clicks] = select;
  await page.keyboard.press("Escape");
  await page.click("#tab-plan");
  await page.selectOption("#begin", `d:${division}`);
  await page.waitForSelector("rf-plan tr[data-region]");
  await page.waitForTimeout(1000);
  const [moves, drawn] = [[], []];
  for (let at = 0; moves.length <= TIMES && at < 60; at += 1) {
    await timed(page, press(at));
    const button = page.locator("#area button[id^=move-]").first();
    if ((await button.count()) === 0) continue;
    const id = await button.getAttribute("id");
    const before = await page.evaluate(() => document.querySelector("g[data-layer=plan]")?.outerHTML.length);
    moves.push(await timed(page, `document.getElementById("${id}").click()`));
    const text = `document.querySelector("g[data-layer=plan]").outerHTML.length !== ${before}`;
    drawn.push(moves.at(-1) + (await timed(page, "", `${text} || performance.now() - (window.t0 ??= performance.now()) > 3000`)));
    await page.evaluate("delete window.t0");
  }
  const [firstMove, ...further] = moves;
  rows.push({
    instance,
    "view, cold": Math.round(cold),
    "view, warm": median(warm),
    "click, cold": Math.round(firstClick),
    "click, warm": median(clicks),
    "move with price, cold": Math.round(firstMove),
    "move with price, warm": median(further),
    "its borders and names": median(drawn.slice(1)),
  });
  await context.close();
}
console.log("Milliseconds, in Chromium without a window:");
console.table(rows);
await browser.close();
await server.close();
