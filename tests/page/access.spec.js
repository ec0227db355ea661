import { execFileSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";

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

test("a server survives a page that sends nonsense, and answers the next one", async ({ page, request }) => {
  test.slow();
  let seed = 20201;
  const draw = (/** @type {number} */ most) => {
    seed = (seed * 1_103_515_245 + 12_345) % 2_147_483_648;
    return Math.floor((seed / 2_147_483_648) * most);
  };
  const one = (/** @type {any[]} */ list) => list[draw(list.length)];
  const words = ["viken-2020", "9", "6..13", "1..99999999", "-1", "", "null", "\u0000", "æøå", "../..", "x".repeat(3000), "%", "[[]]"];
  const value = (/** @type {number} */ depth) => {
    const kind = draw(depth > 0 ? 7 : 5);
    if (kind === 0) return draw(1e9) * (draw(2) ? 1 : -1);
    if (kind === 1) return one(words);
    if (kind === 2) return null;
    if (kind === 3) return draw(2) === 1;
    if (kind === 4) return draw(1000) / 7;
    if (kind === 5) return Array.from({ length: draw(4) }, () => value(depth - 1));
    return Object.fromEntries(Array.from({ length: draw(4) }, () => [one(words), value(depth - 1)]));
  };
  const keys = ["k", "links", "areas", "external_areas", "min_population", "keep_together", "closed", "fixed", "keep_whole",
    "limits_do_not_apply_to", "min_self_containment", "scenario", "instance", "division", "time_limit", "against"];
  const inputs = () => ({
    ...(draw(3) ? { instance: "viken-2020" } : {}),
    ...Object.fromEntries(Array.from({ length: draw(5) }, () => [one(keys), value(2)])),
  });
  const query = (/** @type {string} */ text) => encodeURIComponent(text);
  for (let at = 0; at < 400; at += 1) {
    const [method, path, data] = one([
      () => ["GET", `/instances/viken-2020/rules?rules=${query(JSON.stringify(inputs()))}&lang=${one(["en", "nb", "x"])}`],
      () => ["GET", `/instances/viken-2020/rules?toml=${query(`${one(keys)} = ${JSON.stringify(value(2))}`)}`],
      () => ["GET", `/instances/viken-2020/plan?labels=${query(String(value(1)))}&before=${query(one(words))}&fills=1`],
      () => ["GET", `/instances/viken-2020/plan?labels=${Array.from({ length: 51 }, () => draw(4294967295)).join(",")}`],
      () => ["GET", `/instances/${query(one(words))}/atlas`],
      () => ["GET", `/jobs?${query(one(words))}=${query(one(words))}`],
      () => ["GET", `/jobs/${query(one(words))}/${one(["chart", "results", "events", "files", "files/x"])}`],
      () => ["POST", "/instances", JSON.stringify({ name: one(words), files: { "areas.csv": one(words), [one(words)]: value(1) } })],
      () => ["POST", `/processes/${one(["solve", "front", "derive", "explain", "compare", "none"])}/execution`, JSON.stringify({ inputs: { ...inputs(), k: one(["many", [], {}, "0", "13..6"]) } })],
      () => ["POST", `/processes/solve/execution`, one(["{", "[]", '{"inputs":3}', "\u0000", '{"inputs":{}}'])],
      () => ["POST", `/jobs/${query(one(words))}/stop`],
      () => [one(["PUT", "PATCH", "DELETE"]), one(["/instances/viken-2020", "/jobs/none", "/page/main.js", "/"])],
    ])();
    const type = draw(8) ? "application/json" : one(["text/plain", "application/zip", "nonsense"]);
    const answer = await request.fetch(server() + path, {
      method,
      ...(data === undefined ? {} : { data: Buffer.from(data), headers: { "Content-Type": type } }),
    });
    expect(answer.status(), `${method} ${path} ${data ?? ""}`).toBeLessThan(500);
  }
  expect((await request.get(`${server()}/health/live`)).status()).toBe(200);
  await open(page);
  await expect(page.locator("rf-map g.area > [data-area]")).toHaveCount(51);
});

test("an answer that is none, or another than the page knows, is told as such", async ({ page }) => {
  await open(page);
  await page.route("**/processes/solve/execution*", (route) => route.fulfill({ status: 502, body: "<p>gateway" }));
  await page.click("#tab-run");
  await page.click("#solve");
  await expect(page.locator("rf-notice .problem")).toContainText("does not know (502)");
});

test("the page and its policy: its own server alone, and nothing unsafe", async ({ request }) => {
  for (const path of ["/", "/page/main.js", "/page/style.css"]) {
    const answer = await request.get(server() + path, { headers: { Accept: "text/html" } });
    const policy = answer.headers()["content-security-policy"];
    expect(policy).toContain("default-src 'none'");
    expect(policy).not.toContain("unsafe");
  }
});

test("a browser is shown the page when the server is to open it", async () => {
  test.skip(process.platform !== "linux", "another program opens pages elsewhere");
  const folder = mkdtempSync(join(tmpdir(), "regionfront-open-"));
  const told = join(folder, "told");
  writeFileSync(join(folder, "xdg-open"), `#!/bin/sh\necho "$1" > "${told}"\n`, { mode: 0o755 });
  const path = `${folder}${delimiter}${process.env.PATH}`;
  const other = await serve(["--open", "--workers", "0"], undefined, { PATH: path });
  await expect.poll(() => (existsSync(told) ? readFileSync(told, "utf8").trim() : "")).toContain("http://127.0.0.1:");
  const address = readFileSync(told, "utf8").trim();
  const answer = await fetch(address, { headers: { Accept: "text/html" } });
  expect(await answer.text()).toContain("<rf-map>");
  await other.close();
  rmSync(folder, { recursive: true, force: true });
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
