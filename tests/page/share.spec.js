import { area, expect, open, pick, solve, test } from "./page.js";

test("a link opens instance, rules, run and point again", async ({ page, context }) => {
  await open(page);
  await page.fill("#limit-min_areas", "3");
  await page.press("#limit-min_areas", "Tab");
  await expect(page.locator("#rules-text")).toHaveValue(/min_areas = 3/);
  await solve(page, "8..9");
  await page.locator("rf-chart [data-point^='9-']").click();
  await page.click("#tab-plan");
  await expect(page.locator("rf-plan h2")).toHaveText("k = 9");
  await expect(page).toHaveURL(/point=9-/);
  const other = await context.newPage();
  await other.goto(page.url());
  await expect(other.locator("rf-plan h2")).toHaveText("k = 9");
  await other.click("#tab-rules");
  await expect(other.locator("#limit-min_areas")).toHaveValue("3");
});

test("a link opens a plan of one's own", async ({ page, context }) => {
  await open(page);
  await solve(page, "9");
  await page.click("#tab-plan");
  await pick(page, "3038");
  await page.locator("#area tr", { hasText: "Bærum" }).getByRole("button", { name: /^Move/ }).click();
  await expect(page).toHaveURL(/plan=/);
  const fill = await area(page, "3024").getAttribute("fill");
  await expect(area(page, "3038")).toHaveAttribute("fill", fill ?? "");
  const other = await context.newPage();
  await other.goto(page.url());
  await expect(other.locator("#plan-facts")).toContainText("own plan");
  await expect(other.locator("#plan-facts")).toContainText("9 regions");
});

test("a link that is nonsense opens what can be opened", async ({ page }) => {
  const said = { in: "viken-2020", rules: "{", run: "x", point: "<b>", plan: "1.2.zzzzzz", tab: "no" };
  await open(page, said);
  await expect(page.locator("#limit-min_population")).toHaveValue("20,000");
});

test("a link to what is gone says so", async ({ page }) => {
  await page.goto(`${process.env.REGIONFRONT_PAGE}/#in=gone`);
  await expect(page.locator("rf-notice .problem")).toContainText("no such instance");
});

test("files of a run are there to be taken away, with a report and spatial files", async ({ page }) => {
  await open(page);
  await solve(page, "9");
  await page.click("#tab-files");
  await expect(page.locator(".files a", { hasText: "assignment.csv" })).toBeVisible();
  await page.click("#report");
  await expect(page.getByRole("link", { name: "Open the report" })).toBeVisible({ timeout: 50_000 });
  for (const name of [".gpkg", ".xlsx", ".geojson", "report.html"]) {
    await expect(page.locator(".files a", { hasText: name }).first()).toBeVisible();
  }
  await expect(page.locator("#link")).toHaveValue(/#in=viken-2020/);
});

test("two plans are compared side by side", async ({ page }) => {
  await open(page);
  await solve(page, "8..9");
  await page.click("#tab-plan");
  await page.click("#keep");
  await page.click("#tab-run");
  await page.locator("rf-chart [data-point^='9-']").click();
  await page.click("#tab-compare");
  await page.selectOption("#compare-one", "kept-0");
  await page.selectOption("#compare-other", "now");
  await page.click("#compare");
  await expect(page.locator("#comparison .pair svg.map")).toHaveCount(2);
  await expect(page.locator("#differs")).toContainText("placed differently");
  await expect(page.locator("#likeness")).toContainText("%", { timeout: 30_000 });
});

test("today's division is compared with the best", async ({ page }) => {
  await open(page);
  await solve(page, "12");
  await page.click("#tab-compare");
  await page.selectOption("#compare-other", "d:regional_councils_2019");
  await page.click("#compare");
  await expect(page.locator("#comparison figcaption").nth(1)).toHaveText("Regional councils 2019");
});
