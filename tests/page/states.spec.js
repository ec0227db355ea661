// What the page looks like in every state that it can be in: axe-core finds nothing, nothing is wider than
// the page, in the light at 1,280 px and in the dark at 390.

import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";

import AxeBuilder from "@axe-core/playwright";

import { area, ask, expect, open, pick, solve, test } from "./page.js";
import { instances, program, serve } from "./server.js";

/**
 * @param {import("@playwright/test").Page} page
 * @param {string} [without] what is not looked at again: hundreds of alike shapes take minutes
 */
async function isSound(page, without = "none") {
  for (const [width, colorScheme] of /** @type {const} */ ([[1280, "light"], [390, "dark"]])) {
    await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
    await page.setViewportSize({ width, height: 860 });
    const { violations } = await new AxeBuilder({ page }).exclude(without).analyze();
    const found = violations.map(({ id, nodes }) => [id, ...nodes.slice(0, 3).map((n) => n.html)]);
    expect(found, `${width} px, ${colorScheme}`).toEqual([]);
    const wide = await page.evaluate(() => document.documentElement.scrollWidth);
    expect(wide, "nothing is wider than the page").toBeLessThanOrEqual(width);
  }
}

const tables = (...names) =>
  names.map((name) => ({
    name,
    mimeType: "text/csv",
    buffer: readFileSync(join(instances, "tiny", name)),
  }));

/** States, and how the page comes to them. @type {Record<string, (page: any, request: any) => Promise<void>>} */
const STATES = {
  "municipalities are selected": async (page) => {
    await open(page);
    await pick(page, "3007", "3038");
  },
  "rules contradict each other, and why is told": async (page) => {
    await open(page);
    await pick(page, "3039", "3044");
    await page.click("#make-apart");
    await page.locator("#contradictions button").click();
    await expect(page.locator(".notice.explanation h3").first()).toBeVisible();
  },
  "a scenario with every kind of rule, as a file": async (page) => {
    const rules = {
      k: "6..8",
      min_population: 20_000,
      keep_together: [["3005", "3006"]],
      keep_apart: [["3001", "3024"]],
      closed: [["3039", "3040", "3041", "3042", "3043", "3044"]],
      keep_whole: [{ division: "regional_councils_2019", regions: ["Hallingdal"] }],
      limits_do_not_apply_to: ["3024"],
    };
    await open(page, { in: "viken-2020", rules: JSON.stringify(rules), over: "regional_councils_2019" });
    await page.click("#rules-file summary");
  },
  "there is no plan, proven": async (page) => {
    await open(page, { in: "viken-2020", rules: '{"min_population":60000}', tab: "run" });
    await page.fill("#k", "20");
    await page.click("#solve");
    await expect(page.locator("#run .warning").first()).toBeVisible({ timeout: 40_000 });
  },
  "a front grows": async (page) => {
    await open(page);
    await solve(page, "9", "min-population");
    // As it was a moment before its end, and as long as it takes to look at it.
    await page.evaluate(async () => {
      const { get, set } = await import("/page/store.js");
      const { run } = get();
      set({ run: { ...run, answer: null, bound: 105_642, job: { ...run.job, status: "running" } } });
    });
    await expect(page.locator("#stop")).toBeVisible();
    await expect(page.locator("#status")).toContainText("Solving");
  },
  "something is wrong with a question": async (page) => {
    await open(page, { in: "viken-2020", tab: "run" });
    await page.fill("#k", "many");
    await page.click("#solve");
    await expect(page.locator("rf-notice .problem")).toBeVisible();
  },
  "the server is away": async (page) => {
    await open(page, { in: "viken-2020", tab: "run" });
    await page.context().setOffline(true);
    await page.click("#solve");
    await expect(page.locator("rf-notice .problem")).toBeVisible();
  },
  "a plan of one's own is broken, and priced": async (page) => {
    await open(page);
    await solve(page, "9");
    await page.click("#tab-plan");
    await pick(page, "3007");
    await page.locator("#area button[id^=move-]").first().click();
    await expect(page.locator("rf-map [data-mark=stray]").first()).toBeAttached();
    await expect(page.locator("#price")).toHaveAttribute("data-state", /proven|none|open/, { timeout: 50_000 });
  },
  "municipalities stand in no region": async (page) => {
    await open(page, { in: "viken-2020", tab: "plan" });
    await page.selectOption("#begin", "d:regional_councils_2019");
    await expect(page.locator("rf-plan tr[data-region]").first()).toBeVisible();
  },
  "a dialog asks for tables": async (page) => {
    await open(page);
    await page.selectOption("#instance", "+");
    await expect(page.locator("#add-dialog")).toBeVisible();
  },
  "tables without polygons are an instance": async (page) => {
    await open(page);
    await page.selectOption("#instance", "+");
    await page.setInputFiles("#add-files", tables("areas.csv", "flows.csv", "adjacency.csv"));
    await expect(page.locator("rf-map [data-area][role=button]")).toHaveCount(7);
    await expect(page.locator("rf-map text.small")).toHaveCount(7);
    await solve(page, "2");
    await page.click("#tab-plan");
  },
  "something is wrong with tables": async (page) => {
    await open(page);
    await page.selectOption("#instance", "+");
    await page.setInputFiles("#add-files", tables("areas.csv", "flows.csv"));
    await expect(page.locator("rf-notice .problem")).toBeVisible();
  },
  "a plan has many regions": async (page) => {
    // Every eighth area is a region of its own, the others are one.
    const labels = Array.from({ length: 357 }, (_, at) => (at % 8 === 0 ? at + 2 : 1).toString(36));
    await open(page, { in: "norway-2024", plan: labels.join("."), name: "many", tab: "plan" });
    await expect(page.locator("rf-plan tr[data-region]").first()).toBeVisible();
    await expect(page.locator("rf-map[data-crowd]")).toHaveCount(1);
    await page.locator("tr.members summary").first().click();
  },
  "a link opens a point": async (page, request) => {
    await ask(request, "solve", { instance: "viken-2020", scenario: "default", k: 9 });
    await open(page);
    await solve(page, "9");
    await expect.poll(() => page.evaluate(() => location.hash)).toContain("point=");
    const address = page.url();
    await page.goto("about:blank");
    await page.goto(address);
    await expect(page.locator("rf-chart [data-point].here")).toHaveCount(1);
    await expect(area(page, "3007")).toHaveAccessibleName(/in Ringerike/);
  },
};

for (const [state, come] of Object.entries(STATES)) {
  test(`axe finds nothing when ${state}`, async ({ page, request }) => {
    test.slow();
    await come(page, request);
    await isSound(page, state === "a plan has many regions" ? "rf-map svg" : "none");
  });
}

test("axe finds nothing when a server is read only, or wants a token", async ({ page, request }) => {
  await ask(request, "solve", { instance: "viken-2020", scenario: "default", k: 9 });
  const other = await serve(["--read-only", "--workers", "0"], process.env.REGIONFRONT_STORE);
  await open(page, { in: "viken-2020", tab: "run" }, other.address);
  await isSound(page);
  await other.close();
  const store = await serve(["--workers", "0"]);
  execFileSync(program, ["token", "add", "planning", "--scope", "run", "--store", store.store]);
  const locked = await serve(["--require-token", "--workers", "0"], store.store);
  await page.goto("about:blank");
  await page.goto(`${locked.address}/#in=viken-2020`);
  await expect(page.locator("#token")).toBeVisible();
  await isSound(page);
  await locked.close();
  await store.close();
});
