// What the server says in English — defects, contradictions, explanations — in Norwegian.
//
// Messages are made where what they tell is known, far from any language. Here stands each once more, as
// a pattern with gaps beside its Norwegian: a sentence that fits a pattern is said by it, what stood in its
// gaps in its place. A sentence that fits none stays as it is; a test finds messages of the sources that do.
//
// Gaps are `{name}`: a name or code, as it stands; `{#name}`: a figure; `{&name}`: names in a row, or kinds
// of links; `{*name}`: a part that is said by a pattern of its own. The Norwegian has `{name}` for each, or
// leaves it out where it repeats what is told elsewhere.

import { DATA } from "./said-data.js";
import { KINDS, PARTS, PLACES } from "./said-parts.js";
import { EXPLAINED, NEAREST, RULES } from "./said-rules.js";
import { SERVICE } from "./said-service.js";

/** A pattern in English, and what it is in Norwegian. @typedef {[string, string]} Said */

const SENTENCES = [...RULES, ...DATA, ...SERVICE];

/** Keys of documents whose texts are such sentences. */
const TEXTS = ["what", "help", "title", "message", "reasons", "broken"];

/** With what changes of several begin. */
const HEADS = ["do not ", "let ", "drop the ", "count ", "ask for "];

/** What several changes end with where fewer may do. */
const FEWER = "; fewer changes may do";

const GAP = /\{([#&*]?)(\w+)\}/g;

/** @typedef {{fits: RegExp, gaps: [string, string][], own: number}} Pattern */

/** Patterns that were used, by their text. @type {Map<string, Pattern>} */
const known = new Map();

/** @param {string} text @returns {Pattern} */
function pattern(text) {
  const held = known.get(text);
  if (held) return held;
  const plain = (/** @type {string} */ own) => own.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
  const owns = text.replace(GAP, "\0").split("\0");
  /** @type {[string, string][]} */
  const gaps = [...text.matchAll(GAP)].map(([, kind, name]) => [kind, name]);
  const made = {
    fits: new RegExp(`^${owns.map(plain).join("([^]*?)")}$`),
    gaps,
    own: owns.join("").length,
  };
  known.set(text, made);
  return made;
}

/**
 * What a text is by the patterns of a table: of those that fit, the one with most letters of its own.
 * @param {Said[]} table
 * @param {string} text
 * @returns {string | null}
 */
function byPattern(table, text) {
  let most = -1;
  /** @type {(() => string) | null} */
  let say = null;
  for (const [english, norwegian] of table) {
    const { fits, gaps, own } = pattern(english);
    const found = own > most ? fits.exec(text) : null;
    if (!found) continue;
    most = own;
    say = () => {
      const filled = new Map(gaps.map(([kind, name], at) => [name, inGap(kind, found[at + 1])]));
      return norwegian.replace(GAP, (gap, _, name) => filled.get(name) ?? gap);
    };
  }
  return say ? say() : null;
}

/** @param {string} kind @param {string} text */
function inGap(kind, text) {
  if (kind === "#") return figure(text);
  if (kind === "&") return row(text);
  return kind === "*" ? part(text) : text;
}

/** A figure: `20,532`, `0.65`, `65%`. @param {string} text */
function figure(text) {
  const digits = text.replaceAll(",", "");
  // Figures may be larger than numbers of the language are exact.
  if (/^\d+$/.test(digits)) return digits.replace(/\B(?=(\d{3})+$)/g, "\u00a0");
  return /^[\d.%]+$/.test(text) ? text.replace(".", ",") : text;
}

/** Names in a row, with "and" before the last, or parts that each are such a row. @param {string} text */
function row(text) {
  const kind = (/** @type {string} */ name) =>
    KINDS.find(([english]) => english === name)?.[1] ?? name;
  const kinds = (/** @type {string} */ names) => names.split(/, | and /).map(kind).join(", ");
  const more = (/** @type {string} */ last) => /^(.*) more(?: areas)?$/.exec(last);
  const one = (/** @type {string} */ names) => {
    const at = names.lastIndexOf(" and ");
    if (at < 0) return more(names) ? `${more(names)?.[1]} til` : kinds(names);
    const last = names.slice(at + " and ".length);
    return `${kinds(names.slice(0, at))} og ${more(last) ? `${more(last)?.[1]} til` : kind(last)}`;
  };
  return text.split(" | ").map(one).join(" | ");
}

/** A part that is said by a pattern of its own, or several of them in a row. @param {string} text */
function part(text) {
  const table = [...PARTS, ...NEAREST];
  const whole = byPattern(table, text);
  if (whole !== null) return whole;
  for (const between of ["; ", ", "]) {
    const several = text.split(between).map((piece) => byPattern(table, piece));
    if (!several.includes(null)) return several.join(between);
  }
  return text;
}

/** @param {string[]} texts */
function list(texts) {
  return texts.length < 2 ? texts.join("") : `${texts.slice(0, -1).join(", ")} og ${texts.at(-1)}`;
}

/**
 * Changes in one sentence, each said by itself; null where it is none.
 * @param {string} text
 */
function changes(text) {
  const isMany = text.endsWith(FEWER);
  const told = isMany ? text.slice(0, -FEWER.length) : text;
  const begins = (/** @type {number} */ at) => HEADS.some((head) => told.startsWith(head, at));
  if (!begins(0)) return null;
  // A name may hold what stands between two changes: a change begins with its verb.
  const starts = [{ at: 0, next: 0 }];
  for (const { index, 0: between } of told.matchAll(/, | and /g)) {
    const next = index + between.length;
    if (begins(next)) starts.push({ at: index, next });
  }
  const each = starts.map(({ next }, number) =>
    byPattern(EXPLAINED, told.slice(next, starts[number + 1]?.at ?? told.length)),
  );
  if (each.includes(null)) return null;
  return list(/** @type {string[]} */ (each)) + (isMany ? "; færre endringer holder kanskje" : "");
}

/**
 * The sentence that names a conflict, from its rules, which are said already.
 * @param {{key: string, text: string}[]} rules
 */
function summary(rules) {
  const all = list(rules.map((rule) => rule.text));
  const ends = ["det finnes ingen inndeling", `${all} er umulig`, `${all} kan ikke gjelde samtidig`];
  const said = ends[rules.length] ?? `${all} kan ikke alle gjelde`;
  // Names keep their own first letter.
  const isName = /^(closed|fixed|keep_together|keep_apart)$/.test(rules[0]?.key ?? "");
  return isName ? said : said[0].toUpperCase() + said.slice(1);
}

/** A sentence of the server in Norwegian; null where it is not known here. @param {string} text */
export function inNorwegian(text) {
  return byPattern(SENTENCES, text) ?? changes(text) ?? byPattern(EXPLAINED, text);
}

/** @param {string} key @param {string} text */
function said(key, text) {
  if (key === "at") return byPattern(PLACES, text) ?? text;
  if (key === "text") return changes(text) ?? byPattern(EXPLAINED, text) ?? text;
  return TEXTS.includes(key) ? (byPattern(SENTENCES, text) ?? text) : text;
}

/**
 * A document of the server with its sentences in Norwegian: what is wrong, what helps, and why. Figures,
 * names and all else stay as they are.
 * @param {any} document
 * @param {string} [key] the key that it stands under
 * @returns {any}
 */
export function translated(document, key = "") {
  if (typeof document === "string") return said(key, document);
  if (Array.isArray(document)) return document.map((item) => translated(item, key));
  if (document === null || typeof document !== "object") return document;
  const told = Object.fromEntries(
    Object.entries(document).map(([name, value]) => [name, translated(value, name)]),
  );
  if (told.summary && Array.isArray(told.rules)) told.summary = summary(told.rules);
  // The detail of a problem is its first defect in one line.
  const first = told.defects?.[0];
  if (first) told.detail = `${first.at}: ${first.what}; ${first.help}`;
  return told;
}
