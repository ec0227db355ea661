import AxeBuilder from "@axe-core/playwright";

import { expect, open, pick, solve, test } from "./page.js";

const TABS = ["rules", "run", "plan", "compare", "files"];

for (const colorScheme of ["light", "dark"]) {
  for (const width of [390, 1280]) {
    for (const tab of TABS) {
      test(`axe finds nothing: ${tab}, ${colorScheme}, ${width} px`, async ({ page }) => {
        await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
        await page.setViewportSize({ width, height: 860 });
        await open(page);
        await solve(page, "9");
        await page.click(`#tab-${tab}`);
        if (tab === "plan") await pick(page, "3038");
        if (tab === "compare") await page.click("#compare");
        if (tab === "compare") await expect(page.locator("#comparison")).toBeVisible();
        const { violations } = await new AxeBuilder({ page }).analyze();
        const found = violations.map(({ id, nodes }) => [id, ...nodes.slice(0, 3).map((n) => n.html)]);
        expect(found).toEqual([]);
        const wide = await page.evaluate(() => document.documentElement.scrollWidth);
        expect(wide, "nothing is wider than the page").toBeLessThanOrEqual(width);
      });
    }
  }
}

test("a finger chooses and moves, too", async ({ browser }) => {
  const context = await browser.newContext({ hasTouch: true, viewport: { width: 390, height: 800 } });
  const page = await context.newPage();
  await open(page);
  await solve(page, "9");
  await page.click("#tab-plan");
  await page.locator('rf-map g.area > [data-area="3007"]').tap();
  await expect(page.locator("#area h3")).toContainText("Ringerike");
  await page.locator("#area").getByRole("button", { name: /^Move/ }).first().tap();
  await expect(page.locator("#plan-facts")).toContainText("own plan");
  await context.close();
});
