// What all tests of the page do.

import { expect, test as base } from "@playwright/test";

/** A test with a page that must not complain, and must not ask any other server. */
export const test = base.extend({
  page: async ({ page }, use) => {
    const complaints = [];
    const origin = () => new URL(page.url()).origin;
    page.on("pageerror", (error) => complaints.push(String(error)));
    page.on("console", (message) => {
      // A refusal is told on the page; the browser tells it, too.
      const isRefusal = message.text().startsWith("Failed to load resource");
      if (message.type() === "error" && !isRefusal) complaints.push(message.text());
    });
    page.on("request", (request) => {
      const url = new URL(request.url());
      const isOwn = page.url() === "about:blank" || url.origin === origin();
      if (!isOwn && url.protocol.startsWith("http")) complaints.push(`asked ${url.href}`);
    });
    await use(page);
    expect(complaints).toEqual([]);
  },
});

export { expect };

/** Where the server of the tests listens. */
export function server() {
  return process.env.REGIONFRONT_PAGE ?? "";
}

/**
 * Opens the page at a link, and waits until it is there.
 * @param {import("@playwright/test").Page} page
 * @param {Record<string, string>} [said]
 * @param {string} [address]
 */
export async function open(page, said = { in: "viken-2020" }, address = server()) {
  await page.goto(`${address}/#${new URLSearchParams(said)}`);
  await expect(page.locator("body[data-ready]")).toBeVisible();
}

/** @param {import("@playwright/test").Page} page @param {string} code */
export function area(page, code) {
  return page.locator(`rf-map svg.map > g.area > [data-area="${code}"]`);
}

/**
 * Clicks municipalities.
 * @param {import("@playwright/test").Page} page
 * @param {...string} codes
 */
export async function pick(page, ...codes) {
  for (const code of codes) await area(page, code).click();
}

/**
 * Solves, and waits for the end.
 * @param {import("@playwright/test").Page} page
 * @param {string} k
 * @param {string} [against]
 */
export async function solve(page, k, against = "") {
  await page.click("#tab-run");
  await page.fill("#k", k);
  if (against) await page.selectOption("#against", against);
  await page.click("#solve");
  await expect(page.locator("#status")).toHaveAttribute("data-status", "successful", {
    timeout: 50_000,
  });
  await expect(page.locator("rf-chart [data-point].here")).toHaveCount(1);
}

/**
 * An answer of the server to a program.
 * @param {import("@playwright/test").APIRequestContext} request
 * @param {string} process
 * @param {any} inputs
 */
export async function ask(request, process, inputs) {
  const response = await request.post(`${server()}/processes/${process}/execution`, {
    data: { inputs },
    headers: { Prefer: "wait=50" },
  });
  expect(response.status(), await response.text()).toBe(200);
  return response.json();
}
