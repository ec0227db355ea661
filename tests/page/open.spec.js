import { readFileSync } from "node:fs";
import { join } from "node:path";

import { area, expect, open, server, test } from "./page.js";
import { instances } from "./server.js";

test("a browser gets the page, a program the landing document", async ({ page, request }) => {
  await page.goto(server());
  await expect(page.locator("rf-map svg.map")).toBeVisible();
  const landing = await (await request.get(server())).json();
  expect(landing.title).toBe("regionfront");
});

test("the policy allows nothing unsafe", async ({ request }) => {
  const answer = await request.get(server(), { headers: { Accept: "text/html" } });
  const policy = answer.headers()["content-security-policy"];
  expect(policy).toContain("default-src 'none'");
  expect(policy).not.toContain("unsafe");
});

test("an instance is opened with its map, title and rules", async ({ page }) => {
  await open(page);
  await expect(page.locator("rf-map g.area > [data-area]")).toHaveCount(51);
  await expect(page.locator("#stage-title")).toContainText("Viken");
  await expect(page.locator("#limit-min_population")).toHaveValue("20,000");
});

test("another instance is chosen from the list", async ({ page }) => {
  await open(page);
  await page.selectOption("#instance", { label: "tiny (7)" });
  await expect(page.locator("rf-map [data-area][role=button]")).toHaveCount(7);
});

test("Norway is there as a whole", async ({ page }) => {
  await open(page, { in: "norway-2024" });
  await expect(page.locator("rf-map g.area > [data-area]")).toHaveCount(357);
});

test("an instance without polygons is drawn as a graph that can be clicked", async ({ page }) => {
  await open(page, { in: "tiny" });
  const shapes = page.locator("rf-map [data-area][role=button]");
  await shapes.first().click();
  await expect(page.locator("#chosen-names")).toContainText("1 selected");
});

test("the page speaks Norwegian, and keeps to it", async ({ page }) => {
  await open(page);
  await page.click("#language");
  await expect(page.locator("#tab-rules")).toHaveText("Krav");
  await expect(page.locator("html")).toHaveAttribute("lang", "nb");
  await page.reload();
  await expect(page.locator("#tab-run")).toHaveText("Løs");
});

test("a browser in Norwegian is answered in Norwegian", async ({ browser }) => {
  const context = await browser.newContext({ locale: "nb-NO" });
  const page = await context.newPage();
  await open(page);
  await expect(page.locator("#tab-plan")).toHaveText("Inndeling");
  await expect(page.locator("#limit-min_population")).toHaveValue(/20\s000/);
  await context.close();
});

test("both languages have every text, with the same gaps", async ({ page }) => {
  await open(page);
  const odd = await page.evaluate(async () => {
    const { en } = await import("/page/en.js");
    const { nb } = await import("/page/nb.js");
    const gaps = (text) => (text.match(/\{\w+\}/g) ?? []).sort().join();
    const keys = new Set([...Object.keys(en), ...Object.keys(nb)]);
    return [...keys].filter((key) => !en[key] || !nb[key] || gaps(en[key]) !== gaps(nb[key]));
  });
  expect(odd).toEqual([]);
});

const tables = (names) =>
  names.map((name) => ({
    name,
    mimeType: "text/csv",
    buffer: readFileSync(join(instances, "tiny", name)),
  }));

test("three tables become an instance", async ({ page }) => {
  await open(page);
  await page.selectOption("#instance", "+");
  await page.setInputFiles("#add-files", tables(["areas.csv", "flows.csv", "adjacency.csv"]));
  await expect(page.locator("rf-map [data-area][role=button]")).toHaveCount(7);
  await expect(page.locator("rf-notice")).toContainText("7 municipalities");
});

test("tables are dropped on the page", async ({ page }) => {
  await open(page);
  const texts = tables(["areas.csv", "flows.csv", "adjacency.csv"]);
  const held = texts.map((file) => [file.name, file.buffer.toString("utf8")]);
  const data = await page.evaluateHandle((files) => {
    const transfer = new DataTransfer();
    for (const [name, text] of files) transfer.items.add(new File([text], name));
    return transfer;
  }, held);
  await page.dispatchEvent("body", "drop", { dataTransfer: data });
  await expect(page.locator("rf-map [data-area][role=button]")).toHaveCount(7);
});

test("names that are markup are shown as they stand", async ({ page }) => {
  await open(page);
  const [areas, ...others] = tables(["areas.csv", "flows.csv", "adjacency.csv"]);
  const evil = "<img src=x onerror=document.title=1>";
  const lines = areas.buffer.toString("utf8").split("\n");
  const cells = lines[1].split(",");
  cells[1] = evil;
  lines[1] = cells.join(",");
  await page.selectOption("#instance", "+");
  await page.setInputFiles("#add-files", [
    { ...areas, buffer: Buffer.from(lines.join("\n")) },
    ...others,
  ]);
  await expect(page.locator("rf-map [data-area][role=button]")).toHaveCount(7);
  await page.locator("rf-map [data-area][role=button]").first().click();
  await expect(page.locator("#chosen-names")).toContainText(evil);
  await expect(page.locator("img")).toHaveCount(0);
});

test("what is wrong with tables is told with place and help", async ({ page }) => {
  await open(page);
  await page.selectOption("#instance", "+");
  const [areas, flows] = tables(["areas.csv", "flows.csv"]);
  await page.setInputFiles("#add-files", [areas, flows]);
  await expect(page.locator("rf-notice .problem")).toContainText("adjacency.csv");
  await expect(area(page, "3001")).toBeVisible();
});
