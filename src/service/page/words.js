// The page's languages. Every text stands in `en.js` and `nb.js` under the same key.

import { en } from "./en.js";
import { nb } from "./nb.js";
import { get } from "./store.js";

/** @typedef {keyof typeof en} Word */

/** @type {Record<"en" | "nb", Record<Word, string>>} */
const TABLES = { en, nb };

/** Signs before a number: a true minus, as wide as a plus. */
const SIGNS = { less: "−", more: "+" };

/**
 * A text in the language of the page, with values in its gaps.
 * @param {Word} key
 * @param {Record<string, string | number>} [values]
 */
export function t(key, values = {}) {
  return TABLES[get().lang][key].replace(/\{(\w+)\}/g, (_, name) => {
    const value = values[name];
    return typeof value === "number" ? number(value) : String(value ?? "");
  });
}

/**
 * A text that counts: one has words of its own, under the same key with `_one` behind.
 * @param {Word} key
 * @param {number} n
 * @param {Record<string, string | number>} [values]
 */
export function many(key, n, values = {}) {
  const one = `${key}_one`;
  return t(n === 1 && one in en ? /** @type {Word} */ (one) : key, { n, ...values });
}

/**
 * A text whose key is made from data; the data itself where there is no such text.
 * @param {string} key
 * @param {string} otherwise
 */
export function maybe(key, otherwise) {
  return key in en ? t(/** @type {Word} */ (key)) : otherwise;
}

/** A whole number. @param {number} value */
export function number(value) {
  const text = new Intl.NumberFormat(get().lang).format(Math.abs(value));
  return value < 0 ? SIGNS.less + text : text;
}

/** A change, with its sign. @param {number} value */
export function signed(value) {
  if (value === 0) return "0";
  return (value < 0 ? SIGNS.less : SIGNS.more) + number(Math.abs(value));
}

/** A share in per cent, with one decimal. @param {number | null | undefined} share */
export function percent(share) {
  if (share === null || share === undefined) return "–";
  const options = { minimumFractionDigits: 1, maximumFractionDigits: 1 };
  const text = new Intl.NumberFormat(get().lang, options).format(share * 100);
  // The sign does not part from its figure.
  return get().lang === "nb" ? `${text}\u00a0%` : `${text}%`;
}

/** Names in a row: a, b and c. @param {string[]} names */
export function list(names) {
  return new Intl.ListFormat(get().lang, { type: "conjunction" }).format(names);
}
