// All that the page is for, with keys alone: nothing is clicked.

import { expect, server, test } from "./page.js";

/**
 * Goes on with Tab until an element has the focus.
 * @param {import("@playwright/test").Page} page
 * @param {string} selector
 * @param {"Tab" | "Shift+Tab"} [key]
 */
async function tabTo(page, selector, key = "Tab") {
  for (let steps = 0; steps < 150; steps += 1) {
    const isThere = await page.evaluate((wanted) => Boolean(document.activeElement?.matches(wanted)), selector);
    if (isThere) return;
    await page.keyboard.press(key);
  }
  throw new Error(`${selector} is not reached with ${key}`);
}

test("the six points of the page are reached with keys alone", async ({ page }) => {
  test.slow();
  const press = (/** @type {string[]} */ ...keys) => keys.reduce((before, key) => before.then(() => page.keyboard.press(key)), Promise.resolve());

  // 1. An instance is chosen.
  await page.goto(`${server()}/#in=tiny`);
  await expect(page.locator("body[data-ready]")).toBeVisible();
  // On a busy machine letters may be so far apart that each begins a search of its own.
  await expect(async () => {
    await tabTo(page, "#instance");
    await page.keyboard.type("viken-2020");
    await press("Enter");
    await expect(page.locator("#instance option:checked")).toContainText("viken-2020", { timeout: 2_000 });
  }).toPass();
  await expect(page.locator("rf-map g.area > [data-area]")).toHaveCount(51);

  // 2. A rule is made on the map; who points nowhere hears of what is there.
  // On a busy machine the map may still be drawn anew once, and the keys go nowhere.
  await expect(async () => {
    await tabTo(page, "rf-map [data-area]");
    await press("Enter", "ArrowRight", "Enter");
    await expect(page.locator("#chosen-names")).toContainText("2 selected", { timeout: 2_000 });
  }).toPass();
  await tabTo(page, "#make-together");
  await press("Enter");
  await expect(page.locator(".group-rules li")).toHaveCount(2);
  await tabTo(page, "#remove-keep_together-1");
  await press("Enter");
  await expect(page.locator(".group-rules li")).toHaveCount(1);

  // 3. A question is asked, and a front is watched.
  await tabTo(page, "#tab-rules", "Shift+Tab");
  await press("ArrowRight");
  await expect(page.locator("#tab-run")).toBeFocused();
  await tabTo(page, "#k");
  await press("Control+a");
  await page.keyboard.type("9");
  await tabTo(page, "#solve");
  await press("Enter");
  await expect(page.locator("#status")).toHaveAttribute("data-status", "successful", { timeout: 50_000 });

  // 4. A point is chosen.
  await tabTo(page, "#chart-drawing");
  await press("ArrowRight");
  await expect(page.locator("rf-chart .here")).toHaveCount(1);
  await tabTo(page, "#tab-run", "Shift+Tab");
  await press("ArrowRight");
  await expect(page.locator("#plan-facts")).toContainText("proven best");

  // 5. A municipality is moved, and both prices are told.
  await tabTo(page, "rf-map [data-area]", "Shift+Tab");
  await press("Enter");
  await tabTo(page, "#area button[id^=move-]");
  await press("Enter");
  await expect(page.locator("#price-alone strong")).toHaveText(/[−+]?\d/);
  await expect(page.locator("#price")).toHaveAttribute("data-state", /proven|none|open/, { timeout: 50_000 });
  await expect(page.locator("#plan-facts")).toContainText("own plan");

  // 6. It is taken back, and what there is is taken away.
  await press("Control+z");
  await expect(page.locator("#plan-facts")).toContainText("proven best");
  await tabTo(page, "#tab-plan", "Shift+Tab");
  await press("ArrowRight", "ArrowRight");
  await expect(page.locator("#tab-files")).toBeFocused();
  await tabTo(page, "#link");
  await tabTo(page, "#report");
  await tabTo(page, "#panel-files .files a");
});

test("a focus that is there is seen, and a panel that is drawn again keeps it", async ({ page }) => {
  await page.goto(`${server()}/#in=viken-2020`);
  await expect(page.locator("body[data-ready]")).toBeVisible();
  await tabTo(page, "#limit-min_jobs");
  await page.keyboard.type("8000");
  await page.keyboard.press("Tab");
  await expect(page.locator("#rules-text")).toHaveValue(/min_jobs = 8000/);
  await expect(page.locator("#limit-max_jobs")).toBeFocused();
  const outline = await page.locator("#limit-max_jobs").evaluate((field) => getComputedStyle(field).outlineWidth);
  expect(parseFloat(outline)).toBeGreaterThanOrEqual(2);
});

test("everything that can be used has a name", async ({ page }) => {
  await page.goto(`${server()}/#in=viken-2020&tab=plan`);
  await expect(page.locator("body[data-ready]")).toBeVisible();
  for (const tab of ["rules", "run", "plan", "compare", "files"]) {
    await page.click(`#tab-${tab}`);
    const tree = await page.locator("body").ariaSnapshot();
    const unnamed = tree.split("\n").filter((line) => /- (button|textbox|combobox|checkbox|link|tab|searchbox)(:|$| \[)/.test(line));
    expect(unnamed).toEqual([]);
    expect(tree).toContain("tabpanel");
  }
});
