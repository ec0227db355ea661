// What the server says, in Norwegian: sentences by themselves, and all messages of the sources. No browser.

import { readdirSync, readFileSync, statSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";

import { expect, test } from "@playwright/test";

const root = resolve(dirname(fileURLToPath(import.meta.url)), "../..");

/** A module of the page with those that it imports: it lies in no package. @param {string} name @returns {string} */
function address(name) {
  const text = readFileSync(join(root, "src/service/page", name), "utf8");
  const whole = text.replace(/from "\.\/([\w-]+\.js)"/g, (_, other) => `from "${address(other)}"`);
  return `data:text/javascript;base64,${Buffer.from(whole).toString("base64")}`;
}

const [{ inNorwegian, translated }, { texts }, { DATA }, { PARTS, PLACES }, { EXPLAINED, NEAREST, RULES }, { SERVICE }] =
  await Promise.all(
    ["said.js", "scenarios.js", "said-data.js", "said-parts.js", "said-rules.js", "said-service.js"].map(
      (name) => import(address(name)),
    ),
  );

/** A text with plain spaces. */
const plain = (text) => text?.replaceAll("\u00a0", " ");

for (const [english, norwegian] of [
  ["the minimum population is 300,000, above the maximum of 20,000", "det minste innbyggertallet er 300 000, over det største på 20 000"],
  ["Flå (3039), Gol (3041) and Hol (3044) are to be kept together and apart", "Flå (3039), Gol (3041) og Hol (3044) skal holdes både samlet og fra hverandre"],
  ["13 regions of at least 100,000 people need 1,300,000, there are 1,241,165", "13 regioner med minst 100 000 innbyggere krever 1 300 000, og det er 1 241 165"],
  ["Hallingdal closed holds 20,532 people, the minimum population is 25,000", "Hallingdal som egen region har 20 532 innbyggere, og det minste innbyggertallet er 25 000"],
  ["from Flå (3039) to Gol (3041): `-2` is negative", "fra Flå (3039) til Gol (3041): `-2` er negativ"],
  ["count ferry and sea_link as contiguous too: that would tie them", "regn ferjer og forbindelser over sjø som sammenhengende også: da henger de sammen"],
  ["lower the minimum population to 20,532, the largest that works", "senk det minste innbyggertallet til 20 532, det største som går"],
  ["do not close Hol and Ål, drop the minimum number of jobs and let regions fall into parts that do not touch; fewer changes may do", "la ikke Hol og Ål være en egen region, dropp grensen nedad for antallet arbeidsplasser og la regioner bestå av deler som ikke henger sammen; færre endringer holder kanskje"],
]) {
  test(`said: ${english}`, () => {
    expect(plain(inNorwegian(english))).toBe(norwegian);
  });
}

test("said: a document, whose figures, names and all else stay", () => {
  const said = translated({
    status: 400,
    title: "The request cannot be understood",
    detail: "x",
    defects: [{ code: "E105", at: "areas.csv, row 1", what: "the file is empty", help: "add the rows" }],
    explanations: [
      {
        k: 9,
        summary: "English",
        rules: [
          { key: "closed", text: "Hallingdal closed (20,532 people)" },
          { key: "min_population", text: "a minimum population of 25,000" },
        ],
      },
    ],
    regions: [{ name: "the file is empty" }],
    nothing: null,
  });
  expect(said.title).toBe("Forespørselen kan ikke forstås");
  expect(said.detail).toBe("areas.csv, rad 1: filen er tom; legg til radene");
  expect(plain(said.explanations[0].summary)).toBe(
    "Hallingdal som egen region (20 532 innbyggere) og minst 25 000 innbyggere i hver region kan ikke gjelde samtidig",
  );
  expect(said.regions[0].name).toBe("the file is empty");
  expect([said.status, said.nothing, said.explanations[0].k]).toEqual([400, null, 9]);
  expect(inNorwegian("quite another thing")).toBeNull();
});

test("said: Norwegian has no gap that English lacks, and no sentence stands twice", () => {
  const all = [RULES, EXPLAINED, NEAREST, DATA, SERVICE, PARTS, PLACES].flat();
  const gaps = (text) => [...text.matchAll(/\{[#&*]?(\w+)\}/g)].map(([, name]) => name);
  expect(all.filter(([en, nb]) => gaps(nb).some((name) => !gaps(en).includes(name)))).toEqual([]);
  const sentences = [RULES, DATA, SERVICE].flat().map(([english]) => english);
  expect(sentences.filter((one, at) => sentences.indexOf(one) !== at)).toEqual([]);
});

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

/** What may reach the page, and of that what no page shows: oddities, the service's description, the store. */
const TOLD = [
  "src/model",
  "src/service",
  "src/cli/service/shown.rs",
  "src/cli/service/parse.rs",
  "src/cli/question.rs",
  "src/solver/front",
];
const NOT_TOLD = /oddities\.rs$|openapi\.rs$|\/store\//;

/** Messages whose last part is a sentence's verb: they are said with each of them. */
const BY_PARTS = [
  "{meant}Use {}",
  "{whose}: `{shown}` {what}",
  "{whose}: `{}` is not a number {bounds}",
  "a ring of {label} {fault}",
  "{name} employs {} of its {} employed residents, the minimum self-containment is {share}",
  "{name} holds {}, the {side} {measure} is {}",
  "{} alone {excess}",
  "{} kept together {excess}",
  "{} {} of {} employed residents; the minimum self-containment is {share}",
  "{} {}; the minimum {measure} is {}",
  "{what} {}",
];

/** @param {string} path @returns {string[]} */
function sources(path) {
  if (statSync(path).isFile()) return path.endsWith(".rs") && !NOT_TOLD.test(path) ? [path] : [];
  return readdirSync(path).flatMap((name) => sources(join(path, name)));
}

/** The arguments of a call, of which the text behind the bracket is given. @param {string} text */
function callArguments(text) {
  const found = [""];
  let depth = 0;
  let isQuoted = false;
  let isEscaped = false;
  for (const sign of text) {
    if (isQuoted) {
      isQuoted = sign !== '"' || isEscaped;
      isEscaped = sign === "\\" && !isEscaped;
    } else if (sign === '"') isQuoted = true;
    else if ("([{".includes(sign)) depth += 1;
    else if (sign === ")" && depth === 0) break;
    else if (")]}".includes(sign)) depth -= 1;
    else if (sign === "," && depth === 0) {
      found.push("");
      continue;
    }
    found[found.length - 1] += sign;
  }
  return found.filter((argument) => argument.trim() !== "");
}

/** The first text in quotes. @param {string} code */
function literal(code) {
  const found = /"((?:[^"\\]|\\[^])*)"/.exec(code)?.[1] ?? "";
  return found.replace(/\\\n\s*/g, "").replaceAll('\\"', '"');
}

/** What is wrong and what helps, as the calls that make defects say it, or the variables they take. */
function messages(code) {
  const calls = [...code.matchAll(/(?:Defect|Problem)::new\(/g)].flatMap(({ index, 0: start }) =>
    callArguments(code.slice(index + start.length)).slice(-2).map(literal),
  );
  const variables = [...code.matchAll(/let (?:what|cure|help) =\s*((?:format!\(\s*)?"[^;]*);/g)].map(([, value]) => literal(value));
  return [...new Set([...calls, ...variables])].filter((message) => message.includes(" "));
}

/** A message with something in its gaps, and with nothing in those that follow a letter at once. */
function samples(message) {
  const safe = message.replaceAll("{{", "\u0001").replaceAll("}}", "\u0002");
  const filled = [
    safe.replace(/\{[^}]*\}/g, "x1"),
    safe.replace(/(?<=[\p{L}\d])\{[^}]*\}/gu, "").replace(/\{[^}]*\}/g, "x1"),
  ];
  return filled.map((text) => text.replaceAll("\u0001", "{").replaceAll("\u0002", "}"));
}

test("said: every message of the sources that may reach the page", () => {
  const found = TOLD.flatMap((path) =>
    sources(join(root, path)).flatMap((file) =>
      messages(readFileSync(file, "utf8").split("#[cfg(test)]")[0]).map((message) => ({ file, message })),
    ),
  );
  expect(found.length).toBeGreaterThan(200);
  const unsaid = found.filter(
    ({ message }) => !BY_PARTS.includes(message) && samples(message).every((sample) => inNorwegian(sample) === null),
  );
  expect(unsaid.map(({ file, message }) => `${file.slice(root.length + 1)}: ${message}`)).toEqual([]);
});
