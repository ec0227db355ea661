import { ask, expect, open, server, solve, test } from "./page.js";

test("the best divisions are solved, proven and drawn", async ({ page, request }) => {
  await open(page);
  await solve(page, "8..9");
  await expect(page.locator("#status")).toContainText("2 proven");
  const { results } = await ask(request, "solve", { instance: "viken-2020", scenario: "default", k: 9 });
  await page.click("#points summary");
  await expect(page.locator("#points tbody tr").nth(1)).toContainText(
    results[0].objective.toLocaleString("en-GB"),
  );
});

test("a point of the chart is clicked, and its plan is shown", async ({ page }) => {
  await open(page);
  await solve(page, "8..9");
  await page.locator("rf-chart [data-point^='9-']").click();
  await page.click("#tab-plan");
  await expect(page.locator("rf-plan h2")).toHaveText("k = 9");
  await expect(page.locator("#broken")).toHaveText("The plan keeps all rules.");
});

test("a point is chosen though its drawing is replaced while it is pressed", async ({ page }) => {
  await open(page);
  await solve(page, "8..9");
  const place = await page.locator("rf-chart [data-point^='9-']").boundingBox();
  await page.mouse.move(place.x + place.width / 2, place.y + place.height / 2);
  await page.mouse.down();
  await page.evaluate(() => {
    const drawing = document.querySelector("#chart-drawing");
    drawing.replaceWith(drawing.cloneNode(true));
  });
  await page.mouse.up();
  await expect(page.locator("rf-chart .here")).toHaveAttribute("data-point", /^9-/);
});

test("points are chosen by keys", async ({ page }) => {
  await open(page);
  await solve(page, "8..9");
  await page.locator("#chart-drawing").focus();
  await page.keyboard.press("ArrowRight");
  await expect(page.locator("rf-chart .here")).toHaveAttribute("data-point", /^9-/);
});

test("divisions that exist are marks on the chart", async ({ page }) => {
  await open(page);
  await solve(page, "12");
  await expect(page.locator("rf-chart .reference-label")).toContainText(["Regional councils 2019 (12)"]);
});

test("a front grows while it is watched, and is proven at the end", async ({ page }) => {
  await open(page);
  await page.click("#tab-run");
  await page.fill("#k", "9");
  await page.selectOption("#against", "min-population");
  let charts = 0;
  page.on("request", (asked) => {
    charts += Number(/\/chart/.test(asked.url()));
  });
  await page.click("#solve");
  await expect(page.locator("rf-chart .ceiling")).toHaveCount(1);
  // Points lie over points, and the drawing is replaced as it grows: the place is what is clicked, and
  // where its point has moved away meanwhile, again.
  await expect(page.locator("rf-chart [data-point]").first()).toBeVisible();
  await expect(async () => {
    const [x, y] = await page.locator("rf-chart").evaluate((chart) => {
      chart.scrollIntoView({ block: "center" });
      const { left, top, width, height } = chart
        .querySelector("[data-point]")
        .getBoundingClientRect();
      return [left + width / 2, top + height / 2];
    });
    await page.mouse.click(x, y);
    await expect(page.locator("rf-map [data-border]").first()).toBeAttached({ timeout: 1_000 });
  }).toPass();
  await expect(page.locator("#status")).toHaveAttribute("data-status", "successful", {
    timeout: 50_000,
  });
  await expect(page.locator("rf-chart [data-point]")).toHaveCount(125);
  await expect(page.locator("rf-chart .ceiling")).toHaveCount(0);
  await expect(page.locator("rf-chart [data-open]")).toHaveCount(0);
  expect(charts).toBeGreaterThan(3);
});

test("two years are weighed against each other", async ({ page }) => {
  await open(page);
  await page.click("#tab-run");
  await page.fill("#k", "12");
  await page.selectOption("#against", "other-year");
  await expect(page.locator("#reference option")).toHaveText(["2018", "2019", "2020", "2021", "2022"]);
  await page.selectOption("#reference", "2022");
  await page.click("#solve");
  await expect(page.locator("#status")).toHaveAttribute("data-status", "successful");
  await expect(page.locator("rf-chart [data-point]")).toHaveCount(1);
});

test("a front is stopped with what it has", async ({ page }) => {
  await open(page, { in: "norway-2024" });
  await page.click("#tab-run");
  await page.fill("#k", "50");
  await page.selectOption("#against", "min-population");
  await page.click("#solve");
  await page.click("#stop", { timeout: 30_000 });
  await expect(page.locator("#status")).toHaveAttribute("data-status", /successful|failed/, {
    timeout: 50_000,
  });
});

test("that there is no plan is proven, and explained", async ({ page }) => {
  await open(page);
  await page.fill("#limit-min_population", "60 000");
  await page.press("#limit-min_population", "Tab");
  await expect(page.locator("#rules-text")).toHaveValue(/60000/);
  await page.click("#tab-run");
  await page.fill("#k", "20");
  await page.click("#solve");
  await expect(page.locator("#run")).toContainText("there is no plan, proven");
  await page.click("#why-not");
  await expect(page.locator(".notice.explanation")).toBeVisible();
});

test("a number of regions that is none is told", async ({ page }) => {
  await open(page);
  await page.click("#tab-run");
  await page.fill("#k", "many");
  await page.click("#solve");
  await expect(page.locator("rf-notice .problem")).toContainText("inputs.k");
});

test("earlier runs are listed and opened with their rules", async ({ page, request }) => {
  const inputs = { instance: "viken-2020", no_scenario: true, k: 5, min_areas: 4 };
  await ask(request, "solve", inputs);
  await open(page);
  await page.click("#tab-run");
  await page.getByRole("button", { name: "best divisions, k = 5" }).first().click();
  await expect(page.locator("rf-chart .here")).toHaveAttribute("data-point", /^5-/);
  await page.click("#tab-rules");
  await expect(page.locator("#limit-min_areas")).toHaveValue("4");
});

test("what is shown is said again in the other language", async ({ page }) => {
  await open(page);
  await solve(page, "12");
  await page.click("#language");
  await expect(page.locator("rf-chart .reference-label").first()).toContainText(/Regionråd|BA-regioner/);
  await expect(page.locator("rf-chart .axis-title").first()).toContainText("Pendlere");
});

test("the chart of a job is the same in both languages but for its words", async ({ request }) => {
  const posted = await request.post(`${server()}/processes/solve/execution`, {
    data: { inputs: { instance: "viken-2020", k: 9 } },
    headers: { Prefer: "wait=50" },
  });
  const job = posted.headers().location;
  const [en, nb] = await Promise.all(
    ["en", "nb"].map(async (lang) =>
      (await request.get(`${server()}${job}/chart?lang=${lang}`)).json(),
    ),
  );
  expect(en.points.map((point) => point.key)).toEqual(nb.points.map((point) => point.key));
  expect(nb.svg).toContain("Pendlere");
});
