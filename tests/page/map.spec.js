import { area, expect, open, pick, solve, test } from "./page.js";

/** How much of the drawing is shown: its width in units of the drawing. */
const shown = (page) =>
  page.locator("rf-map svg.map").evaluate((map) => Number(map.getAttribute("viewBox").split(" ")[2]));

test("the map is enlarged by keys, and shown whole again", async ({ page }) => {
  await open(page);
  const whole = await shown(page);
  await area(page, "3007").focus();
  await page.keyboard.press("+");
  expect(await shown(page)).toBeLessThan(whole);
  await page.keyboard.press("0");
  expect(await shown(page)).toBe(whole);
});

test("the map is enlarged by buttons", async ({ page }) => {
  await open(page);
  const whole = await shown(page);
  await page.getByRole("button", { name: "Zoom in" }).click();
  await page.getByRole("button", { name: "Zoom in" }).click();
  await page.getByRole("button", { name: "Zoom out" }).click();
  expect(await shown(page)).toBeLessThan(whole);
  await page.getByRole("button", { name: "Whole map" }).click();
  expect(await shown(page)).toBe(whole);
});

test("a wheel scrolls the page until the map is used, then it zooms where it points", async ({ page }) => {
  await open(page);
  const whole = await shown(page);
  await area(page, "3007").hover();
  await page.mouse.wheel(0, -200);
  expect(await shown(page)).toBe(whole);
  await pick(page, "3007");
  const before = await area(page, "3007").boundingBox();
  await page.mouse.wheel(0, -200);
  await expect.poll(() => shown(page)).toBeLessThan(whole);
  const after = await area(page, "3007").boundingBox();
  const middle = (box) => [box.x + box.width / 2, box.y + box.height / 2];
  const [[x, y], [u, v]] = [middle(before), middle(after)];
  expect(Math.hypot(x - u, y - v)).toBeLessThan(before.width);
});

test("two fingers enlarge the map and move it", async ({ browser }) => {
  const context = await browser.newContext({ hasTouch: true, viewport: { width: 390, height: 800 } });
  const page = await context.newPage();
  await open(page);
  const whole = await shown(page);
  const client = await context.newCDPSession(page);
  const frame = await page.locator("rf-map svg.map").boundingBox();
  const [x, y] = [frame.x + frame.width / 2, frame.y + frame.height / 2];
  const fingers = (apart) => [
    { x: x - apart, y, id: 1 },
    { x: x + apart, y, id: 2 },
  ];
  const touch = (type, touchPoints) => client.send("Input.dispatchTouchEvent", { type, touchPoints });
  await touch("touchStart", fingers(30));
  for (const apart of [40, 60, 90]) await touch("touchMove", fingers(apart));
  await touch("touchEnd", []);
  expect(whole / (await shown(page))).toBeGreaterThan(2);
  await expect(page.locator("#chosen-names")).toHaveCount(0);
  await context.close();
});

test("a division that exists is drawn on top of another plan, and the link keeps it", async ({ page }) => {
  await open(page);
  await solve(page, "9");
  await page.selectOption("#overlay", "regional_councils_2019");
  await expect(page.locator("rf-map path.over").first()).toBeAttached();
  await expect(page.locator(".legend.marks")).toContainText("Regional councils 2019");
  await expect.poll(() => page.url()).toContain("over=regional_councils_2019");
  const link = page.url();
  await page.goto("about:blank");
  await page.goto(link);
  await expect(page.locator("rf-map path.over").first()).toBeAttached();
  await page.selectOption("#overlay", "");
  await expect(page.locator("rf-map path.over")).toHaveCount(0);
});

test("who points at a municipality is told its name and region at once", async ({ page }) => {
  await open(page);
  await solve(page, "9");
  await area(page, "3038").hover();
  await expect(page.locator("rf-map .tip")).toContainText("Hole");
  await expect(page.locator("rf-map .tip")).toContainText("Ringerike");
});

test("outlines on the map are explained below it", async ({ page }) => {
  await open(page);
  await pick(page, "3007");
  await expect(page.locator(".legend.marks")).toContainText("selected");
});

test("nothing of one instance is left when another is opened", async ({ page }) => {
  await open(page);
  await solve(page, "9");
  await page.selectOption("#overlay", "regional_councils_2019");
  await pick(page, "3007");
  await page.selectOption("#instance", { label: "tiny (7)" });
  await expect(page.locator("rf-map [data-area][role=button]")).toHaveCount(7);
  await expect(page.locator("rf-map path.over")).toHaveCount(0);
  const left = await page.evaluate(async () => {
    const { blank, get } = await import("/page/store.js");
    const fresh = ["geography", "rules", "scenario", "titles", "told", "runs"];
    const kept = Object.entries(blank()).filter(([key]) => !fresh.includes(key));
    return kept.filter(([key, value]) => JSON.stringify(get()[key]) !== JSON.stringify(value)).map(([key]) => key);
  });
  expect(left).toEqual([]);
});

test("the densest part stands in an inset, which is clicked as the map is", async ({ page }) => {
  await open(page);
  await solve(page, "9");
  const twin = page.locator('rf-map [data-twin="3029"]');
  await expect(twin).toHaveAttribute("fill", (await area(page, "3029").getAttribute("fill")) ?? "");
  await expect(page.locator("rf-map .inset text.inset-name", { hasText: "Lørenskog" })).toBeVisible();
  const [small, large] = [await area(page, "3029").boundingBox(), await twin.boundingBox()];
  expect(large.width).toBeGreaterThan(1.9 * small.width);
  await twin.click();
  await expect(area(page, "3029")).toHaveAttribute("aria-pressed", "true");
  await expect(page.locator("rf-map [data-layer=marks] .inset .mark.selected")).toHaveCount(1);
  await twin.hover();
  await expect(page.locator("rf-map .tip")).toContainText("Lørenskog");
  // Lines are as wide as on the map, and an enlarged map has no inset.
  const width = await page
    .locator("rf-map [data-layer=plan] .inset path.border")
    .first()
    .evaluate((line) => Number.parseFloat(getComputedStyle(line).strokeWidth));
  expect(width).toBeLessThan(2);
  await page.getByRole("button", { name: "Zoom in" }).click();
  await expect(twin).toBeHidden();
});
