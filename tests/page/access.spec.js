import { execFileSync } from "node:child_process";

import { ask, expect, open, server, test } from "./page.js";
import { program, serve } from "./server.js";

test("a server that is read only shows prepared runs and takes no questions", async ({ page, request }) => {
  await ask(request, "solve", { instance: "viken-2020", scenario: "default", k: 9 });
  const other = await serve(["--read-only", "--workers", "0"], process.env.REGIONFRONT_STORE);
  await open(page, { in: "viken-2020", tab: "plan" }, other.address);
  await expect(page.locator("#plan-facts")).toContainText("commuters");
  await expect(page.locator("#improve")).toHaveCount(0);
  await page.click("#tab-run");
  await expect(page.locator("#solve")).toHaveCount(0);
  await expect(page.locator("rf-chart [data-point]").first()).toBeVisible();
  await other.close();
});

test("a server that wants a token gets it from the page", async ({ page }) => {
  const other = await serve(["--workers", "1"]);
  const made = execFileSync(
    program,
    ["token", "add", "planning", "--scope", "run", "--store", other.store],
    { encoding: "utf8" },
  );
  const token = made.match(/\S{20,}/)?.[0] ?? "";
  const locked = await serve(["--require-token"], other.store);
  await page.goto(`${locked.address}/#in=viken-2020`);
  await page.fill("#token", token);
  await page.press("#token", "Enter");
  await expect(page.locator("rf-map g.area > [data-area]")).toHaveCount(51);
  await locked.close();
  await other.close();
});

for (const [name, path] of [
  ["labels that are too few", "/instances/viken-2020/plan?labels=1,2"],
  ["labels that are no numbers", "/instances/viken-2020/plan?labels=a,b"],
  ["labels that are too large", "/instances/viken-2020/plan?labels=99999999999"],
  ["rules that are no object", "/instances/viken-2020/rules?rules=[1]"],
  ["rules that are unknown", '/instances/viken-2020/rules?rules={"maximum":1}'],
  ["areas that are unknown", '/instances/viken-2020/atlas?rules={"external_areas":["Atlantis"]}'],
  ["a text that is no scenario", "/instances/viken-2020/rules?toml==="],
]) {
  test(`nonsense is told to be nonsense: ${name}`, async ({ request }) => {
    const answer = await request.get(server() + encodeURI(path));
    expect(answer.status()).toBe(400);
    const problem = await answer.json();
    expect(problem.defects[0].help).toBeTruthy();
  });
}

test("what is not there is not there", async ({ request }) => {
  for (const path of ["/page/none.js", "/page/..%2Flib.rs", "/instances/none/atlas", "/jobs/none/chart"]) {
    expect((await request.get(server() + path)).status(), path).toBe(404);
  }
});

test("what the page is drawn from is described, as it is", async ({ request }) => {
  const { paths, components } = await (await request.get(`${server()}/api`)).json();
  const { results } = await ask(request, "solve", { instance: "viken-2020", scenario: "default", k: 9 });
  expect(results).toHaveLength(1);
  const { jobs } = await (await request.get(`${server()}/jobs?processID=solve&status=successful`)).json();
  const one = "/instances/viken-2020";
  for (const [path, address] of [
    ["/instances/{id}/atlas", `${one}/atlas`],
    ["/instances/{id}/plan", `${one}/plan?labels=${Array(51).fill(1).join(",")}`],
    ["/instances/{id}/rules", `${one}/rules?scenario=default`],
    ["/jobs/{id}/chart", `/jobs/${jobs[0].jobID}/chart`],
  ]) {
    const { schema } = paths[path].get.responses["200"].content["application/json"];
    const document = await (await request.get(server() + address)).json();
    expect(misfits(schema, document, components.schemas, path)).toEqual([]);
  }
});

/**
 * Where a document is not as a schema says: as far as types, references, keys and items go.
 * @param {any} schema
 * @param {any} value
 * @param {Record<string, any>} known
 * @param {string} at
 * @returns {string[]}
 */
function misfits(schema, value, known, at) {
  if (schema.$ref) {
    const target = known[schema.$ref.replace("#/components/schemas/", "")];
    return target ? misfits(target, value, known, at) : [`${at}: ${schema.$ref} is nowhere`];
  }
  const choices = schema.anyOf ?? schema.oneOf;
  if (choices) {
    const fits = choices.some((/** @type {any} */ one) => misfits(one, value, known, at).length === 0);
    return fits ? [] : [`${at}: none of the choices`];
  }
  const type =
    value === null ? "null" : Array.isArray(value) ? "array" : Number.isInteger(value) ? "integer" : typeof value;
  const types = [schema.type ?? type].flat();
  if (!types.includes(type) && !(type === "integer" && types.includes("number"))) return [`${at}: ${type}`];
  if (type === "array" && schema.items) {
    return value.flatMap((/** @type {any} */ one, /** @type {number} */ n) =>
      misfits(schema.items, one, known, `${at}/${n}`),
    );
  }
  if (type !== "object") return [];
  const missing = (schema.required ?? []).filter((/** @type {string} */ key) => !(key in value));
  const strange = schema.properties ? Object.keys(value).filter((key) => !(key in schema.properties)) : [];
  return [
    ...missing.map((/** @type {string} */ key) => `${at}: no ${key}`),
    ...strange.map((key) => `${at}: ${key} is not described`),
    ...Object.entries(schema.properties ?? {}).flatMap(([key, part]) =>
      key in value ? misfits(part, value[key], known, `${at}/${key}`) : [],
    ),
  ];
}
