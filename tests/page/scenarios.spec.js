// What scenarios are called, in either language. No browser.

import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";

import { expect, test } from "@playwright/test";

const root = resolve(dirname(fileURLToPath(import.meta.url)), "../..");

// The module lies in no package.
const module = readFileSync(join(root, "src/service/page/scenarios.js"));
const { texts } = await import(`data:text/javascript;base64,${module.toString("base64")}`);

test("what scenarios are called is read of their files", () => {
  const folder = join(root, "instances/viken-2020/scenarios");
  for (const file of readdirSync(folder)) {
    const { en, nb } = texts(readFileSync(join(folder, file), "utf8"));
    expect(en.name, file).toBeTruthy();
    expect(nb.name, file).toBeTruthy();
    expect(nb.name, file).not.toBe(en.name);
    expect(nb.description, file).not.toMatch(/\\|"""|\n/);
  }
  expect(texts('name = "A \\"b\\""\n')).toEqual({
    en: { name: 'A "b"', description: "" },
    nb: { name: 'A "b"', description: "" },
  });
});
