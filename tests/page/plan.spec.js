import { readFile } from "node:fs/promises";

import { area, ask, expect, open, pick, solve, test } from "./page.js";
import { serve } from "./server.js";

/** Solves for nine regions and goes to the plan. */
async function nine(page) {
  await open(page);
  await solve(page, "9");
  await page.click("#tab-plan");
  await expect(page.locator("#plan-facts")).toContainText("proven best");
}

/** A division of the best nine with Hole moved from Ringerike to Bærum, by the server. */
async function withHoleInBaerum(request) {
  const { results } = await ask(request, "solve", { instance: "viken-2020", scenario: "default", k: 9 });
  const { assignment, objective } = results[0];
  const regions = { ...assignment, 3038: assignment[3024] };
  const inputs = {
    instance: "viken-2020",
    scenario: "default",
    division: { name: "moved", regions },
  };
  return { before: objective, after: await ask(request, "evaluate", inputs), assignment };
}

const whole = (text) => Number(text.replace("−", "-").replace(/[^\d-]/g, ""));

test("regions and borders of a plan are listed with what is cut", async ({ page }) => {
  await nine(page);
  await expect(page.locator("rf-plan tr[data-region]:not(.members)")).toHaveCount(9);
  const inside = await page.locator("rf-plan tr[data-region]:not(.members) td:nth-child(4)").allTextContents();
  expect(inside.map(whole).reduce((a, b) => a + b)).toBe(105_642);
  await expect(page.locator("rf-plan tr[data-pair]").first()).toContainText("–");
});

test("map and tables point at each other", async ({ page }) => {
  await nine(page);
  await page.locator("rf-plan tr[data-region]").first().hover();
  await expect(page.locator("rf-map[data-lit]")).toHaveCount(1);
  await page.locator("rf-plan tr[data-pair]").first().hover();
  await expect(page.locator("rf-map [data-layer=plan] > .border.lit")).toHaveCount(1);
  await area(page, "3007").hover();
  await expect(page.locator("rf-plan tr.lit").first()).toContainText("Ringerike");
});

test("the price of a move is the server's, to the commuter", async ({ page, request }) => {
  const { before, after } = await withHoleInBaerum(request);
  await nine(page);
  await pick(page, "3038");
  const row = page.locator("#area tr", { hasText: "Bærum" });
  const told = whole(await row.locator("td").nth(1).innerText());
  const found = JSON.stringify(after).match(/"internal_commuting":(\d+)/);
  expect(before + told).toBe(Number(found?.[1]));
});

test("a municipality is dragged to another region, and both prices are told", async ({ page }) => {
  await nine(page);
  await area(page, "3038").dragTo(area(page, "3024"));
  await expect(page.locator("#price h3")).toHaveText("Hole to Bærum");
  await expect(page.locator("#price-alone strong")).toHaveText(/[−+]\d/);
  await expect(page.locator("#price")).toHaveAttribute("data-state", "proven", { timeout: 40_000 });
  await expect(page.locator("#plan-facts")).toContainText("own plan");
});

test("the second price is that of the best plan with the wish, proven", async ({ page, request }) => {
  const rules = { instance: "viken-2020", scenario: "default", k: 9 };
  const [without, within] = [
    await ask(request, "solve", rules),
    await ask(request, "solve", { ...rules, keep_together: [["3024", "3038"]] }),
  ].map(({ results }) => results[0].objective);
  await nine(page);
  await pick(page, "3038");
  await page.locator("#area tr", { hasText: "Bærum" }).getByRole("button", { name: /best plan/i }).click();
  await expect(page.locator("#price")).toHaveAttribute("data-state", "proven", { timeout: 40_000 });
  const told = whole(await page.locator("#price-best strong").innerText());
  expect(told).toBe(within - without);
  await page.click("#price-show");
  await expect(page.locator("#plan-facts")).toContainText("proven best");
  await expect(page.locator("#plan-facts")).toContainText(within.toLocaleString("en-GB"));
});

test("a municipality is moved with keys alone", async ({ page }) => {
  await nine(page);
  await area(page, "3038").focus();
  await page.keyboard.press("Enter");
  const button = page.locator("#area tr", { hasText: "Bærum" }).getByRole("button", { name: /^Move/ });
  await button.focus();
  await page.keyboard.press("Enter");
  await expect(page.locator("#price h3")).toHaveText("Hole to Bærum");
});

test("a wish is priced, with the municipalities that would move", async ({ page }) => {
  await nine(page);
  await page.click("#tab-rules");
  await pick(page, "3007", "3005");
  await page.click("#price-together");
  await expect(page.locator("#price h3")).toContainText("Ringerike, Drammen together");
  await expect(page.locator("#price")).toHaveAttribute("data-state", "proven", { timeout: 40_000 });
  await expect(page.locator("#deciding")).toContainText("What else would move");
});

test("a wish that cannot be had is said to be one", async ({ page }) => {
  await nine(page);
  await page.click("#tab-rules");
  await pick(page, "3001", "3039");
  await page.click("#price-together");
  await expect(page.locator("#price")).toHaveAttribute("data-state", /none|proven/, { timeout: 40_000 });
});

test("the price of being apart is that of the best plan with the rule", async ({ page, request }) => {
  const rules = { instance: "viken-2020", scenario: "default", k: 9 };
  const [without, within] = [
    await ask(request, "solve", rules),
    await ask(request, "solve", { ...rules, keep_apart: [["3005", "3025"]] }),
  ].map(({ results }) => results[0].objective);
  await nine(page);
  await page.click("#tab-rules");
  await pick(page, "3005", "3025");
  await page.click("#price-apart");
  await expect(page.locator("#price h3")).toHaveText("Drammen, Asker apart");
  await expect(page.locator("#price")).toHaveAttribute("data-state", "proven", { timeout: 40_000 });
  if (within === without) await expect(page.locator("#price-best strong")).toContainText("costs nothing");
  else expect(whole(await page.locator("#price-best strong").innerText())).toBe(within - without);
});

test("several wishes are priced at once, and each can be taken away", async ({ page, request }) => {
  const rules = { instance: "viken-2020", scenario: "default", k: 9 };
  const wishes = { keep_together: [["3024", "3038"]], keep_apart: [["3005", "3006"]] };
  const [without, both] = [
    await ask(request, "solve", rules),
    await ask(request, "solve", { ...rules, ...wishes }),
  ].map(({ results }) => results[0].objective);
  await nine(page);
  await page.click("#tab-rules");
  await pick(page, "3024", "3038");
  await page.click("#price-together");
  await expect(page.locator("#price")).toHaveAttribute("data-state", "proven", { timeout: 40_000 });
  await page.click("#tab-rules");
  await page.click("#clear");
  await pick(page, "3005", "3006");
  await page.check("#wish-adds");
  await page.click("#price-apart");
  await expect(page.locator("#wishes li")).toHaveCount(2);
  await expect(page.locator("#price")).toHaveAttribute("data-state", "proven", { timeout: 40_000 });
  expect(whole(await page.locator("#price-best strong").innerText())).toBe(both - without);
  await page.click("#wish-1");
  await expect(page.locator("#price h3")).toHaveText("Bærum, Hole together");
  await expect(page.locator("#price")).toHaveAttribute("data-state", "proven", { timeout: 40_000 });
});

test("a price that stays open is told as two safe figures, and can be gone on with", async ({ page }) => {
  await nine(page);
  await page.evaluate(async () => {
    const { set } = await import("/page/store.js");
    const wish = { title: "a wish", kind: "together", codes: ["3024", "3038"] };
    const best = { state: "open", low: -40, high: -12, labels: [], moves: [], others: [] };
    set({ price: { wishes: [wish], alone: null, k: 9, time: 60, best } });
  });
  await expect(page.locator("#price-best strong")).toHaveText("between −40 and −12");
  await expect(page.locator("#price-best")).toContainText("not proven");
  await page.click("#price-on");
  await expect(page.locator("#price")).toHaveAttribute("data-state", "proven", { timeout: 40_000 });
  await expect(page.locator("#price-on")).toHaveCount(0);
});

test("a wish becomes a rule", async ({ page }) => {
  await nine(page);
  await pick(page, "3038");
  await page.locator("#area tr", { hasText: "Bærum" }).getByRole("button", { name: /best plan/i }).click();
  await page.click("#price-rule");
  await page.click("#tab-rules");
  await expect(page.locator(".group-rules")).toContainText("Bærum, Hole");
});

test("broken contiguity is shown on the map as it happens", async ({ page }) => {
  await nine(page);
  await pick(page, "3007");
  await page.locator("#area tr", { hasText: "Drammen" }).getByRole("button", { name: /^Move/ }).click();
  await expect(page.locator("rf-map [data-mark=stray]").first()).toBeAttached();
  await expect(page.locator("#broken")).toContainText("Broken rules");
});

test("a broken rule is shown on the map as it happens", async ({ page }) => {
  await nine(page);
  await pick(page, "3039");
  await page.locator("#area tr", { hasText: "Drammen" }).getByRole("button", { name: /^Move/ }).click();
  await expect(page.locator("rf-map [data-mark=broken]")).toHaveCount(6);
  await expect(page.locator("#broken")).toContainText("Hallingdal");
});

/** Counts what is drawn again on the map from now on. */
async function watchMap(page) {
  await page.evaluate(() => {
    const seen = { added: 0, changed: 0 };
    Object.assign(window, { seen });
    new MutationObserver((changes) => {
      for (const { type, addedNodes, target } of changes) {
        if (type === "childList") seen.added += addedNodes.length;
        else if (target instanceof Element && target.matches("[data-area]")) seen.changed += 1;
      }
    }).observe(document.querySelector("rf-map svg.map"), {
      subtree: true,
      childList: true,
      attributes: true,
      attributeFilter: ["fill", "d", "aria-label"],
    });
  });
  return () => page.evaluate(() => /** @type {any} */ (window).seen);
}

for (const [instance, division, code] of [
  ["viken-2020", "ba_regions_2020", "3007"],
  ["norway-2024", "counties_2024", "3305"],
]) {
  test(`a move draws again what it changes, and nothing else: ${instance}`, async ({ page }) => {
    await open(page, { in: instance, rules: "{}", tab: "plan" });
    await page.selectOption("#begin", `d:${division}`);
    await expect(page.locator("rf-plan tr[data-region]").first()).toBeVisible();
    const pieces = await page.locator("g[data-layer=plan] > *").count();
    const seen = await watchMap(page);
    await pick(page, code);
    const outline = await seen();
    // And one in the inset, where it is seen there.
    const twins = await page.locator(`rf-map [data-twin="${code}"]`).count();
    expect(outline, "a click draws one outline").toEqual({ added: 1 + twins, changed: 0 });
    await page.locator("#area button[id^=move-]").first().click();
    await expect(page.locator("#plan-facts")).toContainText("own plan");
    await expect.poll(async () => (await seen()).changed).toBeGreaterThan(0);
    const isDrawn = () =>
      page.evaluate(async () => {
        const { get } = await import("/page/store.js");
        return get().sheet.of === get().plan.labels;
      });
    await expect.poll(isDrawn).toBe(true);
    const { added, changed } = await seen();
    expect(added).toBeGreaterThan(1);
    expect(added).toBeLessThan(pieces / 3);
    expect(changed).toBeLessThan(10);
  });
}

test("moves are undone", async ({ page }) => {
  await nine(page);
  await pick(page, "3038");
  await page.locator("#area tr", { hasText: "Bærum" }).getByRole("button", { name: /^Move/ }).click();
  await expect(page.locator("#plan-facts")).toContainText("own plan");
  await page.keyboard.press("Control+z");
  await expect(page.locator("#plan-facts")).toContainText("proven best");
});

test("what was undone is done again", async ({ page }) => {
  await nine(page);
  await pick(page, "3038");
  await page.locator("#area tr", { hasText: "Bærum" }).getByRole("button", { name: /^Move/ }).click();
  await expect(page.locator("#plan-facts")).toContainText("own plan");
  await page.click("#undo");
  await expect(page.locator("#plan-facts")).toContainText("proven best");
  await page.click("#redo");
  await expect(page.locator("#plan-facts")).toContainText("own plan");
  await expect(page.locator("#redo")).toBeDisabled();
});

test("prices that nobody waits for any more are dismissed", async ({ page }) => {
  // Nobody solves: what is asked stays as it is until it is dismissed.
  const slow = await serve(["--workers", "0"]);
  const { request } = page;
  const waiting = async () => {
    const { jobs } = await (await request.get(`${slow.address}/jobs`)).json();
    return jobs.filter((job) => job.status === "accepted").map((job) => JSON.stringify(job.inputs));
  };
  const data = { inputs: { instance: "viken-2020", k: 5 } };
  await request.post(`${slow.address}/processes/solve/execution`, {
    data,
    headers: { Prefer: "respond-async" },
  });
  await open(page, { in: "viken-2020", rules: "{}", tab: "plan" }, slow.address);
  await page.selectOption("#begin", "d:regional_councils_2019");
  for (const code of ["3005", "3006", "3007"]) {
    await pick(page, code);
    await page.locator("#area button[id^=ask-]").first().click();
    await expect(page.locator("#price")).toHaveAttribute("data-state", "waiting");
    await expect.poll(async () => (await waiting()).length).toBeGreaterThan(1);
  }
  // The last wish, what it is compared with, and what a program wants, whoever waits.
  await expect.poll(async () => (await waiting()).length).toBe(3);
  await page.goto("about:blank");
  await expect.poll(waiting).toEqual([JSON.stringify(data.inputs)]);
  await slow.close();
});

test("prices that nobody waits for any more hold no connections", async ({ page }) => {
  // Nobody solves: every price is waited for until another is asked.
  const slow = await serve(["--workers", "0"]);
  await open(page, { in: "viken-2020", rules: "{}", tab: "plan" }, slow.address);
  await page.selectOption("#begin", "d:regional_councils_2019");
  const pending = new Set();
  const isAsked = (asked) => /execution|events/.test(asked.url());
  page.on("request", (asked) => isAsked(asked) && pending.add(asked));
  page.on("requestfinished", (asked) => pending.delete(asked));
  page.on("requestfailed", (asked) => pending.delete(asked));
  for (const code of ["3005", "3006", "3007", "3024", "3025", "3030"]) {
    await pick(page, code);
    await page.locator("#area button[id^=move-]").first().click();
    await expect(page.locator("#price")).toHaveAttribute("data-state", "waiting");
  }
  await expect.poll(() => pending.size).toBeLessThanOrEqual(2);
  await slow.close();
});

test("a municipality becomes a region of its own", async ({ page }) => {
  await nine(page);
  await pick(page, "3007");
  await page.locator("#area tr", { hasText: "of its own" }).getByRole("button", { name: /^Move/ }).click();
  await expect(page.locator("#plan-facts")).toContainText("10 regions");
});

test("a division that exists is where one begins", async ({ page }) => {
  await open(page);
  await page.click("#tab-plan");
  await page.selectOption("#begin", "d:regional_councils_2019");
  await expect(page.locator("rf-plan h2")).toHaveText("Regional councils 2019");
  await expect(page.locator("#broken")).toContainText("stands in no region");
});

test("a plan is made from nothing", async ({ page }) => {
  await open(page);
  await page.click("#tab-plan");
  await page.selectOption("#begin", "d:");
  await pick(page, "3007");
  await page.locator("#area").getByRole("button", { name: /^Move/ }).click();
  await expect(page.locator("#plan-facts")).toContainText("1 region.");
});

const csv = (text) => ({ name: "mine.csv", mimeType: "text/csv", buffer: Buffer.from(text) });

test("a division is imported, improved within few moves, and exported", async ({ page, request }) => {
  const { assignment } = await withHoleInBaerum(request);
  const lines = Object.entries({ ...assignment, 3038: assignment[3024] });
  await open(page);
  await page.click("#tab-plan");
  await page.setInputFiles(
    "#import",
    csv(`kode;region\n${lines.map(([code, region]) => `${code};${region}`).join("\n")}\n`),
  );
  await expect(page.locator("rf-plan h2")).toHaveText("mine");
  await page.fill("#improve-moves", "1");
  await page.click("#improve");
  await expect(page.locator("#plan-facts")).toContainText("105,642", { timeout: 40_000 });
  const [download] = await Promise.all([page.waitForEvent("download"), page.click("#export")]);
  const text = await readFile(await download.path(), "utf8");
  expect(text.split("\n")[0]).toBe("code,region,name");
  expect(text.trim().split("\n")).toHaveLength(52);
});

test("names do for codes, and what is unknown is told", async ({ page }) => {
  await open(page);
  await page.click("#tab-plan");
  await page.setInputFiles("#import", csv("name,region\nFlå,a\nHol,a\nAtlantis,b\n"));
  await expect(page.locator("rf-notice")).toContainText("Atlantis");
  await expect(page.locator("#plan-facts")).toContainText("1 region.");
});

test("a file that is no division is told to be none", async ({ page }) => {
  await open(page);
  await page.click("#tab-plan");
  await page.setInputFiles("#import", csv("<html>nothing</html>"));
  await expect(page.locator("rf-notice")).toContainText("no column");
});

test("tables are read with quotes, semicolons and lost zeros", async ({ page }) => {
  await open(page);
  const found = await page.evaluate(async () => {
    const { rows } = await import("/page/csv.js");
    return rows('\uFEFFa;b\r\n"x;y";"say ""no"""\r\n');
  });
  expect(found).toEqual([
    ["a", "b"],
    ["x;y", 'say "no"'],
  ]);
});

test("arithmetic of plans: parts, moves and differences", async ({ page }) => {
  await open(page);
  const found = await page.evaluate(async () => {
    const { parts, differing, change, internal } = await import("/page/plan.js");
    const { Geography } = await import("/page/geography.js");
    const area = (code) => ({ code, name: code, population: 1, employed: 1, jobs: 1, at: [0, 0] });
    const geography = new Geography({
      areas: ["a", "b", "c", "d"].map(area),
      links: [
        [0, 1, "land"],
        [1, 2, "land"],
        [2, 3, "ferry"],
      ],
      flows: [0, 1, 5, 1, 0, 2, 1, 2, 10, 3, 3, 9],
      divisions: [],
      external_areas: [],
    });
    const beside = geography.beside(["land"]);
    return {
      parts: parts(beside, [0, 1, 3]),
      inside: internal(geography, [1, 1, 2, 2]),
      change: change(geography, [1, 1, 2, 2], 1, 2),
      differing: differing(geography, [1, 1, 2, 2], [7, 4, 4, 4]),
    };
  });
  expect(found).toEqual({ parts: [[0, 1], [3]], inside: 7, change: 3, differing: [1] });
});
