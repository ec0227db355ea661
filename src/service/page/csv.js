// Divisions as tables: `code,region`, as the command line reads and writes them.

/** @typedef {import("./geography.js").Geography} Geography */

/**
 * Rows of a table whose cells are separated by commas, semicolons or tabs; quotes hold what separates.
 * @param {string} text
 * @returns {string[][]}
 */
export function rows(text) {
  const plain = text.replace(/^\uFEFF/, "");
  const first = plain.slice(0, plain.search(/[\r\n]|$/));
  const counts = [",", ";", "\t"].map((sign) => first.split(sign).length);
  const sign = [",", ";", "\t"][counts.indexOf(Math.max(...counts))];
  const all = [];
  let row = [""];
  let isQuoted = false;
  for (let at = 0; at < plain.length; at += 1) {
    const letter = plain[at];
    if (isQuoted) {
      if (letter !== '"') row[row.length - 1] += letter;
      else if (plain[at + 1] === '"') {
        row[row.length - 1] += '"';
        at += 1;
      } else isQuoted = false;
    } else if (letter === '"') isQuoted = true;
    else if (letter === sign) row.push("");
    else if (letter === "\n") {
      all.push(row);
      row = [""];
    } else if (letter !== "\r") row[row.length - 1] += letter;
  }
  if (row.length > 1 || row[0] !== "") all.push(row);
  return all.map((cells) => cells.map((cell) => cell.trim()));
}

const AREA = ["code", "area", "name", "kode", "kommune", "kommunenummer", "navn", "municipality"];
const REGION = ["region", "district", "group", "gruppe", "label"];

/**
 * The plan of a table: a column of codes or names and one of regions, by their heads, else the first two.
 * @param {Geography} geography
 * @param {string} text
 */
export function labelsOf(geography, text) {
  const table = rows(text);
  const head = (table[0] ?? []).map((cell) => cell.toLocaleLowerCase());
  const byHead = [AREA, REGION].map((names) => head.findIndex((cell) => names.includes(cell)));
  const hasHead = byHead.every((at) => at >= 0);
  const [areaAt, regionAt] = hasHead ? byHead : [0, 1];
  /** @type {Map<string, number>} */
  const numbers = new Map();
  /** @type {string[]} */
  const unknown = [];
  const labels = geography.areas.map(() => 0);
  let found = 0;
  for (const row of hasHead ? table.slice(1) : table) {
    const [area, region] = [row[areaAt] ?? "", row[regionAt] ?? ""];
    if (area === "" && region === "") continue;
    // Programs for tables take zeros before codes away.
    const known = [area, area.padStart(4, "0")].map((word) => geography.find(word));
    const at = known.find((place) => place >= 0) ?? -1;
    if (at < 0) {
      unknown.push(area);
      continue;
    }
    found += 1;
    if (region === "") continue;
    const number = numbers.get(region) ?? numbers.size + 1;
    numbers.set(region, number);
    labels[at] = number;
  }
  return { labels, unknown, found };
}

/**
 * A plan as a table, regions by their names.
 * @param {Geography} geography
 * @param {number[]} labels
 * @param {Map<number, string>} names
 */
export function tableOf(geography, labels, names) {
  const cell = (/** @type {string} */ text) =>
    /[",;\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
  // Two regions may bear one name while a plan is under work.
  const counts = new Map();
  for (const name of names.values()) counts.set(name, (counts.get(name) ?? 0) + 1);
  const called = (/** @type {number} */ label) => {
    const name = names.get(label) ?? String(label);
    return (counts.get(name) ?? 0) > 1 ? `${name} ${label}` : name;
  };
  const lines = geography.areas.flatMap((area, at) =>
    labels[at] === 0 ? [] : [`${cell(area.code)},${cell(called(labels[at]))},${cell(area.name)}`],
  );
  return `code,region,name\n${lines.join("\n")}\n`;
}
