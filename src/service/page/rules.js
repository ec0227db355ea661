// Rules of a question: what belongs to them, and how they change.

/** @typedef {import("./store.js").Rules} Rules */

/** The key of areas to whose region the limits do not apply, whatever else it holds. */
export const EXEMPT = "limits_do_not_apply_to";

/** The inputs of a question that are rules. */
export const KEYS = [
  "k",
  "links",
  "areas",
  "external_areas",
  "min_population",
  "max_population",
  "min_areas",
  "max_areas",
  "min_jobs",
  "max_jobs",
  "min_employed",
  "max_employed",
  "min_self_containment",
  "keep_together",
  "keep_apart",
  "closed",
  "fixed",
  "keep_whole",
  EXEMPT,
];

/** The keys of groups of areas, by what a click makes of a selection. */
export const GROUPS = /** @type {const} */ ({
  together: "keep_together",
  apart: "keep_apart",
  closed: "closed",
});

/**
 * The rules among the inputs of a question.
 * @param {Record<string, any>} inputs
 * @returns {Rules}
 */
export function among(inputs) {
  return Object.fromEntries(KEYS.filter((key) => key in inputs).map((key) => [key, inputs[key]]));
}

/**
 * Rules with a key changed; a value that says nothing takes the key away.
 * @param {Rules} rules
 * @param {string} key
 * @param {any} value
 * @returns {Rules}
 */
export function withKey(rules, key, value) {
  const { [key]: _, ...others } = rules;
  const isEmpty =
    value === undefined || value === "" || (Array.isArray(value) && value.length === 0);
  return isEmpty ? others : { ...others, [key]: value };
}

/**
 * Rules with one more group.
 * @param {Rules} rules
 * @param {"together" | "apart" | "closed"} kind
 * @param {string[]} codes
 * @returns {Rules}
 */
export function withGroup(rules, kind, codes) {
  const key = GROUPS[kind];
  return withKey(rules, key, [...(rules[key] ?? []), [...codes].sort()]);
}

/**
 * Rules of which the limits do not apply to the region of these areas, either.
 * @param {Rules} rules
 * @param {string[]} codes
 * @param {(text: string) => number} find the place of the area that a text means
 * @returns {Rules}
 */
export function withExempt(rules, codes, find) {
  const held = rules[EXEMPT] ?? [];
  const known = new Set(held.map((/** @type {any} */ text) => find(String(text))));
  return withKey(rules, EXEMPT, [...held, ...codes.filter((code) => !known.has(find(code))).sort()]);
}

/**
 * Rules without one of their groups.
 * @param {Rules} rules
 * @param {string} key
 * @param {number} at
 * @returns {Rules}
 */
export function withoutGroup(rules, key, at) {
  return withKey(
    rules,
    key,
    (rules[key] ?? []).filter((/** @type {any} */ _, /** @type {number} */ other) => other !== at),
  );
}

/**
 * Names or codes of a group, however it is written.
 * @param {any} group
 * @returns {{name: string, areas: string[]}}
 */
export function group(group) {
  if (Array.isArray(group)) return { name: "", areas: group.map(String) };
  return { name: group.name ?? "", areas: (group.areas ?? []).map(String) };
}

/**
 * What rules are about: which areas there are at all.
 * @param {Rules} rules
 */
export function scope(rules) {
  return JSON.stringify([rules.areas ?? null, rules.external_areas ?? null]);
}
