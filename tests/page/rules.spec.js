import { area, expect, open, pick, server, test } from "./page.js";

test("a click selects, another takes it back", async ({ page }) => {
  await open(page);
  await pick(page, "3007", "3038");
  await expect(page.locator("#chosen-names")).toContainText("2 selected");
  await expect(page.locator("#chosen-names")).toContainText("Ringerike");
  await expect(area(page, "3007")).toHaveAttribute("aria-pressed", "true");
  await pick(page, "3007");
  await expect(page.locator("#chosen-names")).toContainText("1 selected");
});

test("municipalities are kept together", async ({ page }) => {
  await open(page);
  await pick(page, "3007", "3038");
  await page.click("#make-together");
  await expect(page.locator(".group-rules")).toContainText("Ringerike, Hole");
  await expect(page.locator("#scenario")).toHaveValue("?");
  await expect(page.locator("#rules-text")).toHaveValue(/3007/);
});

test("municipalities are kept apart", async ({ page }) => {
  await open(page);
  await pick(page, "3007", "3038");
  await page.click("#make-apart");
  await expect(page.locator(".group-rules")).toContainText("Kept apart");
});

test("municipalities are made exactly a region", async ({ page }) => {
  await open(page);
  await pick(page, "3007", "3038");
  await page.click("#make-closed");
  await expect(page.locator(".group-rules")).toContainText("Exactly a region");
});

test("limits do not apply to the regions of municipalities, until they do again", async ({ page }) => {
  await open(page);
  await pick(page, "3005", "3024");
  await page.click("#make-exempt");
  const groups = page.locator(".group-rules");
  await expect(groups).toContainText("Limits do not apply to the region with");
  await expect(groups).toContainText("Bærum");
  await expect(page.locator("#rules-text")).toHaveValue(/limits_do_not_apply_to = \[\s*"3005",\s*"3024"/);
  // Once is enough.
  await pick(page, "3005");
  await page.click("#make-exempt");
  await expect(groups.locator("[id^=remove-limits]")).toHaveCount(2);
  await page.click("#remove-limits_do_not_apply_to-1");
  await page.click("#remove-limits_do_not_apply_to-0");
  await expect(page.locator("#rules-text")).not.toHaveValue(/limits_do_not_apply_to/);
  await expect(groups).not.toContainText("Limits do not apply");
});

test("a region that no limit applies to is asked for, and breaks none on the map", async ({ page }) => {
  const rules = { k: "2", min_areas: 20, limits_do_not_apply_to: ["Drammen"] };
  await open(page, { in: "viken-2020", rules: JSON.stringify(rules) });
  await page.click("#tab-plan");
  await page.selectOption("#begin", "d:");
  await pick(page, "3005");
  await page.locator("#area").getByRole("button", { name: /^Move/ }).click();
  await expect(page.locator("#plan-facts")).toContainText("1 region.");
  await expect(page.locator("rf-plan tr[data-region]")).toHaveCount(2);
  await expect(page.locator("#broken")).not.toContainText(/at least 20|minimum of 20/);
  await pick(page, "3001");
  await page.locator("#area").getByRole("button", { name: /^Move/ }).click();
  await expect(page.locator("#broken")).toContainText(/at least 20|minimum of 20/);
  const asked = page.waitForRequest((request) => /solve.execution/.test(request.url()));
  await page.click("#tab-run");
  await page.click("#solve");
  expect((await asked).postDataJSON().inputs.limits_do_not_apply_to).toEqual(["Drammen"]);
  await expect(page.locator("#status")).toHaveAttribute("data-status", "successful", { timeout: 50_000 });
});

test("a scenario whose limits do not apply to one region shows which", async ({ page }) => {
  await open(page);
  await page.selectOption("#scenario", "metropolitan_region_open");
  await expect(page.locator("#remove-limits_do_not_apply_to-0")).toHaveAccessibleName(/Oslo/);
  await expect(page.locator("rf-rules")).toContainText("limits do not apply to the region with Oslo");
  await page.click("#language");
  await expect(page.locator("#scenario option:checked")).toHaveText("Storbyregion som kan vokse");
});

test("a contradiction appears as it is made, and goes with an undo", async ({ page }) => {
  await open(page);
  await pick(page, "3039", "3044");
  await page.click("#make-apart");
  await expect(page.locator("#contradictions")).toContainText("together and apart");
  await page.click("#undo");
  await expect(page.locator("#contradictions")).toHaveText("No contradiction found.");
});

test("why a contradiction cannot be had is explained", async ({ page }) => {
  await open(page);
  await pick(page, "3039", "3044");
  await page.click("#make-apart");
  await page.locator("#contradictions button").click();
  await expect(page.locator(".notice.explanation")).toContainText("cannot both hold");
});

test("a limit that no number of regions can keep is told at once", async ({ page }) => {
  await open(page);
  await page.fill("#limit-min_population", "100 000");
  await page.press("#limit-min_population", "Tab");
  await expect(page.locator("#contradictions")).toContainText("k = 13");
});

test("a limit is set and taken away", async ({ page }) => {
  await open(page);
  await page.fill("#limit-max_population", "");
  await page.press("#limit-max_population", "Tab");
  await expect(page.locator("#rules-text")).not.toHaveValue(/max_population/);
  await page.fill("#limit-min_jobs", "8000");
  await page.press("#limit-min_jobs", "Tab");
  await expect(page.locator("#rules-text")).toHaveValue(/min_jobs = 8000/);
});

test("a rule is removed", async ({ page }) => {
  await open(page);
  await page.click("#remove-keep_together-0");
  await expect(page.locator(".group-rules")).toContainText("No rule about particular");
});

test("links that count are chosen", async ({ page }) => {
  await open(page);
  await page.check("#link-ferry");
  await expect(page.locator("#rules-text")).toHaveValue(/ferry/);
});

test("Oslo is added from outside, and taken away again", async ({ page }) => {
  await open(page);
  await page.check("#external-0301");
  await expect(page.locator("rf-map g.area > [data-area]")).toHaveCount(52);
  await page.uncheck("#external-0301");
  await expect(page.locator("rf-map g.area > [data-area]")).toHaveCount(51);
});

test("a rule made before the scenario's are known is one more", async ({ page }) => {
  let late = () => {};
  const isLate = new Promise((resolve) => (late = () => resolve(undefined)));
  await page.route("**/rules?*", async (route) => {
    await isLate;
    await route.continue();
  });
  await page.goto(`${server()}/#in=viken-2020`);
  await pick(page, "3007", "3038");
  await page.click("#make-together");
  await page.fill("#limit-min_jobs", "8000");
  await page.press("#limit-min_jobs", "Tab");
  late();
  const text = page.locator("#rules-text");
  await expect(text).toHaveValue(/min_jobs = 8000/);
  await expect(text).toHaveValue(/min_areas = 2/);
  await expect(page.locator(".group-rules li")).toHaveCount(2);
});

test("another scenario is chosen", async ({ page }) => {
  await open(page);
  await page.selectOption("#scenario", "contiguity_only");
  await expect(page.locator("#limit-min_population")).toHaveValue("");
  await page.selectOption("#scenario", "");
  await expect(page.locator("#rules-text")).not.toHaveValue(/links/);
});

test("the rules are a scenario file that can be written", async ({ page }) => {
  await open(page);
  await page.click("#rules-file summary");
  await page.fill("#rules-text", 'k = "4..6"\nmin_areas = 3\nkeep_apart = [["Asker", "Lier"]]\n');
  await page.click("#rules-apply");
  await expect(page.locator("#limit-min_areas")).toHaveValue("3");
  await expect(page.locator(".group-rules")).toContainText("Asker, Lier");
});

test("a text that is no scenario is refused with its line", async ({ page }) => {
  await open(page);
  await page.click("#rules-file summary");
  await page.fill("#rules-text", "min_populaton = 3\n");
  await page.click("#rules-apply");
  await expect(page.locator("rf-notice .problem")).toContainText("min_populaton");
});

test("a scenario names no file of the server", async ({ page }) => {
  await open(page);
  await page.click("#rules-file summary");
  await page.fill("#rules-text", '[[keep_whole]]\ndivision = "../../etc/passwd"\n');
  await page.click("#rules-apply");
  await expect(page.locator("rf-notice .problem")).toContainText("no division");
});

test("a municipality is found by its name", async ({ page }) => {
  await open(page);
  await page.fill("#find", "nesodden");
  await page.press("#find", "Enter");
  await expect(page.locator("#chosen-names")).toContainText("Nesodden");
});

test("the map is used with keys alone", async ({ page }) => {
  await open(page);
  await area(page, "3001").focus();
  await page.keyboard.press("ArrowUp");
  await page.keyboard.press("Enter");
  await expect(page.locator("#chosen-names")).toContainText("1 selected");
  await page.keyboard.press("Escape");
  await expect(page.locator("#chosen-names")).toHaveCount(0);
});

test("the map is enlarged and shown whole again", async ({ page }) => {
  await open(page);
  const drawing = page.locator("rf-map svg.map");
  const whole = await drawing.getAttribute("viewBox");
  await page.getByRole("button", { name: "Zoom in" }).click();
  await expect(drawing).not.toHaveAttribute("viewBox", whole ?? "");
  await page.getByRole("button", { name: "Whole map" }).click();
  await expect(drawing).toHaveAttribute("viewBox", whole ?? "");
});
