// No English word on a page in Norwegian, whatever it shows.

import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";

import { expect, open, pick, solve, test } from "./page.js";
import { instances, program, serve } from "./server.js";

/** Words of English that Norwegian has, too, or that are names. */
const BOTH = "for region regions status front rand min open med png csv json zip toml data oslo vest land".split(" ");

/** Words that sentences of the server are made of. */
const COMMON =
  "the and of with from which that there this not are cannot must only than least most other holds hold keep " +
  "kept together apart areas limits rules minimum maximum regions people jobs residents lower raise largest " +
  "works ask drop write give check missing unknown wrong file row column should use did you mean field value";

/**
 * English words that the page shows or tells a screen reader. What is a file, a name of data or marked
 * as English is left out.
 * @param {import("@playwright/test").Page} page
 */
async function english(page) {
  return page.evaluate(
    async ([both, common]) => {
      const { en } = await import("/page/en.js");
      const { nb } = await import("/page/nb.js");
      const { get } = await import("/page/store.js");
      const names = (get().geography?.areas ?? []).map((area) => area.name);
      const bare = (text) => names.reduce((left, name) => left.replaceAll(name, " "), text);
      const words = (text) =>
        (text.replace(/\{\w+\}|`[^`]*`/g, " ").toLowerCase().match(/\p{L}{3,}/gu) ?? []);
      const of = (table) => new Set(Object.values(table).flatMap(words));
      const norwegian = of(nb);
      const wrong = new Set([...of(en), ...common.split(" ")].filter((word) => !norwegian.has(word)));
      for (const word of both) wrong.delete(word);
      const found = [];
      const tell = (text, where) => {
        const odd = words(bare(text)).filter((word) => wrong.has(word));
        if (odd.length > 0) found.push(`${where}: ${odd.join(" ")}: ${text.trim().slice(0, 200)}`);
      };
      const isLeftOut = (element) =>
        element.closest("[lang=en]:not(html), [hidden], script, style, textarea, code, .files, .place, .sources li, .sources .quiet, #link, datalist");
      const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_ELEMENT);
      for (let element = document.body; element; element = walker.nextNode()) {
        if (isLeftOut(element)) continue;
        for (const name of ["aria-label", "title", "placeholder", "alt"]) {
          const text = element.getAttribute(name);
          if (text) tell(text, `${element.tagName} ${name}`);
        }
        for (const node of element.childNodes) {
          if (node.nodeType === Node.TEXT_NODE) tell(node.textContent ?? "", element.tagName);
        }
      }
      tell(document.title, "title");
      return found;
    },
    [BOTH, COMMON],
  );
}

/** @param {import("@playwright/test").Page} page */
async function speaks(page) {
  await expect(page.locator("html")).toHaveAttribute("lang", "nb");
  // Names of scenarios that are not chosen come a moment later.
  await expect.poll(() => english(page)).toEqual([]);
}

const nb = (more = {}) => ({ in: "viken-2020", lang: "nb", ...more });

test("the test finds English where there is some", async ({ page }) => {
  await open(page, { in: "viken-2020" });
  expect((await english(page)).length).toBeGreaterThan(20);
});

for (const instance of ["viken-2020", "norway-2024"]) {
  test(`Norwegian: every panel of ${instance}, before anything is asked and with a plan`, async ({ page }) => {
    await open(page, nb({ in: instance }));
    await speaks(page);
    const division = page.locator("#overlay option").nth(1);
    await page.selectOption("#overlay", (await division.getAttribute("value")) ?? "");
    await page.click("#tab-plan");
    await speaks(page);
    await page.selectOption("#begin", `d:${await division.getAttribute("value")}`);
    await expect(page.locator("rf-plan tr[data-region]").first()).toBeVisible();
    await page.locator("rf-map g.area > [data-area]").nth(3).click();
    await expect(page.locator("#area h3")).toBeVisible();
    await speaks(page);
    for (const tab of ["run", "compare", "files"]) {
      await page.click(`#tab-${tab}`);
      await speaks(page);
    }
  });
}

test("Norwegian: rules, contradictions and why they cannot be had", async ({ page }) => {
  await open(page, nb());
  await pick(page, "3039", "3044");
  await speaks(page);
  await page.click("#make-apart");
  await expect(page.locator("#contradictions li").first()).toContainText("samlet og fra hverandre");
  await speaks(page);
  await page.locator("#contradictions button").click();
  await expect(page.locator(".notice.explanation h3").first()).toBeVisible();
  await speaks(page);
  await page.click("#undo");
  await pick(page, "3005");
  await page.click("#make-exempt");
  await expect(page.locator(".group-rules")).toContainText("Grensene gjelder ikke");
  await speaks(page);
});

for (const [what, rules] of Object.entries({
  "limits that cross": { min_population: 300_000, max_population: 20_000 },
  "too little for so many": { k: "13", min_population: 100_000 },
  "too much for so few": { k: "3", max_population: 200_000 },
  "too many regions": { k: "60" },
  "a group that is too large": { max_population: 100_000, keep_together: [["3005", "3007", "3024"]] },
  "a region that is too small": { min_population: 50_000, closed: [["3038"]] },
  "a region in two parts": { closed: [["3001", "3039"]] },
  "regions that overlap": { closed: [["3001", "3002"], ["3002", "3003"]] },
  "apart in one region": { closed: [["3001", "3002"]], keep_apart: [["3001", "3002"]] },
  "more apart than regions": { k: "2", keep_apart: [["3001", "3005", "3007"]] },
  "too little self-containment": { k: "2", min_self_containment: 0.99 },
  "land alone": { links: ["ferry"], k: "2" },
})) {
  test(`Norwegian: ${what}`, async ({ page }) => {
    await open(page, nb({ rules: JSON.stringify(rules) }));
    await expect(page.locator("#contradictions li").first()).toBeVisible();
    await speaks(page);
  });
}

test("Norwegian: no plan, proven, with what would help", async ({ page }) => {
  test.slow();
  const rules = { min_population: 60_000 };
  await open(page, nb({ rules: JSON.stringify(rules), tab: "run" }));
  await page.fill("#k", "20");
  await page.click("#solve");
  await expect(page.locator("#status")).toHaveAttribute("data-status", /successful|failed/, { timeout: 50_000 });
  await speaks(page);
  if ((await page.locator("#why-not").count()) > 0) {
    await page.click("#why-not");
    await expect(page.locator(".notice.explanation h3").first()).toBeVisible({ timeout: 40_000 });
    await speaks(page);
  }
});

test("Norwegian: what is wrong with a question, a text and a file", async ({ page }) => {
  test.slow();
  await open(page, nb());
  for (const text of [
    "min_populaton = 3\n",
    'min_population = "many"\n',
    "k = \n",
    '[[keep_whole]]\ndivision = "../../etc/passwd"\n',
    'keep_apart = [["Atlantis", "Lier"]]\n',
    'links = ["road"]\n',
    'keep_together = [[]]\n',
    "min_self_containment = 3\n",
  ]) {
    await page.locator("#rules-file").evaluate((details) => details.setAttribute("open", ""));
    await page.fill("#rules-text", text);
    await page.click("#rules-apply");
    await expect(page.locator("rf-notice .problem")).toBeVisible();
    await speaks(page);
    await page.locator("rf-notice .close").click();
  }
  await page.click("#tab-run");
  for (const k of ["mange", "13..6", "0", "1..100000000"]) {
    await page.fill("#k", k);
    await page.click("#solve");
    await expect(page.locator("rf-notice .problem")).toBeVisible();
    await speaks(page);
    await page.locator("rf-notice .close").click();
  }
  await page.fill("#k", "9");
  await page.fill("#time", "lenge");
  await page.click("#solve");
  await expect(page.locator("rf-notice .problem")).toBeVisible();
  await speaks(page);
  await page.click("#tab-plan");
  const file = (text) => ({ name: "min.csv", mimeType: "text/csv", buffer: Buffer.from(text) });
  await page.setInputFiles("#import", file("navn,region\nFlå,a\nHol,a\nAtlantis,b\n"));
  await expect(page.locator("rf-notice")).toContainText("Atlantis");
  await speaks(page);
  await page.setInputFiles("#import", file("dette,er\ningen,inndeling\n"));
  await expect(page.locator("rf-notice")).toContainText("ingen kolonne");
  await speaks(page);
});

test("Norwegian: what is wrong with tables that are dropped, and an instance of them", async ({ page }) => {
  test.slow();
  await open(page, nb());
  const read = (folder, name) => readFileSync(join(instances, folder, name));
  const tables = (folder) =>
    ["areas.csv", "flows.csv", "adjacency.csv"].map((name) => ({
      name,
      mimeType: "text/csv",
      buffer: read(folder, name),
    }));
  const give = async (files) => {
    await page.selectOption("#instance", "+");
    await speaks(page);
    await page.setInputFiles("#add-files", files);
  };
  for (const broken of ["several-at-once", "duplicate-code", "semicolons", "unknown-code", "lost-leading-zero", "ragged-row"]) {
    await give(tables(join("broken", broken)));
    await expect(page.locator("rf-notice .problem")).toBeVisible();
    await speaks(page);
    await page.locator("rf-notice .close").click();
  }
  await give(tables("tiny").slice(0, 2));
  await expect(page.locator("rf-notice .problem")).toContainText("mangler");
  await speaks(page);
  await give(tables("tiny"));
  await expect(page.locator("rf-map [data-area][role=button]")).toHaveCount(7);
  await speaks(page);
});

test("Norwegian: a front that grows, its plans, prices, moves and comparison", async ({ page }) => {
  test.slow();
  await open(page, nb({ tab: "run" }));
  await page.fill("#k", "9");
  // A question of its own: other tests watch this front grow for the first time, too.
  await page.fill("#time", "61");
  await page.selectOption("#against", "min-population");
  await page.click("#solve");
  await expect(page.locator("rf-chart .ceiling")).toHaveCount(1);
  await speaks(page);
  await expect(page.locator("#status")).toHaveAttribute("data-status", "successful", { timeout: 50_000 });
  await page.click("#points summary");
  await speaks(page);
  await page.click("#tab-plan");
  await pick(page, "3038");
  await page.locator("#area button[id^=move-]").first().click();
  await speaks(page);
  await expect(page.locator("#price")).toHaveAttribute("data-state", /proven|none|open/, { timeout: 50_000 });
  await speaks(page);
  await pick(page, "3007");
  await page.locator("#area button[id^=move-]").first().click();
  await expect(page.locator("#broken li").first()).toBeVisible();
  await speaks(page);
  await page.click("#keep");
  await page.click("#tab-rules");
  await page.click("#clear");
  await pick(page, "3001", "3039");
  await page.click("#price-together");
  await expect(page.locator("#price")).toHaveAttribute("data-state", /proven|none|open/, { timeout: 50_000 });
  await speaks(page);
  await page.click("#tab-compare");
  await page.selectOption("#compare-other", "d:regional_councils_2019");
  await page.click("#compare");
  await expect(page.locator("#likeness")).toBeVisible({ timeout: 20_000 });
  await speaks(page);
  await page.click("#tab-files");
  await page.click("#report");
  await expect(page.locator("#panel-files a.button")).toBeVisible({ timeout: 50_000 });
  await speaks(page);
});

test("Norwegian: a page that spoke English says everything again", async ({ page }) => {
  test.slow();
  await open(page, { in: "viken-2020" });
  await solve(page, "9");
  await page.click("#tab-plan");
  await pick(page, "3038");
  await page.locator("#area button[id^=move-]").first().click();
  await expect(page.locator("#price")).toHaveAttribute("data-state", /proven|none/, { timeout: 50_000 });
  await page.click("#language");
  await expect(page.locator("rf-chart .axis-title").first()).toContainText("Pendlere");
  await expect(page.locator("#plan-facts")).toContainText("egen inndeling");
  await expect.poll(() => english(page)).toEqual([]);
});

test("Norwegian: a server that is away, read only, or wants a token", async ({ page, context }) => {
  await open(page, nb());
  await context.setOffline(true);
  await page.click("#tab-run");
  await page.fill("#k", "9");
  await page.click("#solve");
  await expect(page.locator("rf-notice")).toContainText("svarer ikke");
  await speaks(page);
  await context.setOffline(false);
  const other = await serve(["--read-only", "--workers", "0"], process.env.REGIONFRONT_STORE);
  await page.goto("about:blank");
  await open(page, nb({ tab: "run" }), other.address);
  await speaks(page);
  await page.click("#tab-plan");
  await pick(page, "3038");
  await speaks(page);
  await other.close();
  const store = await serve(["--workers", "0"]);
  execFileSync(program, ["token", "add", "planning", "--scope", "run", "--store", store.store]);
  const locked = await serve(["--require-token", "--workers", "0"], store.store);
  await page.goto("about:blank");
  await page.goto(`${locked.address}/#in=viken-2020&lang=nb`);
  await expect(page.locator("#token")).toBeVisible();
  await page.fill("#token", "not-a-token");
  await page.press("#token", "Enter");
  await expect(page.locator("#token")).toBeVisible();
  await locked.close();
  await store.close();
});
