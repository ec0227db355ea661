// Arithmetic of plans: whole commuters, added exactly. A plan is a list of labels, one per area; 0 means
// that the area stands in no region.

import { EXEMPT } from "./rules.js";

/** @typedef {import("./geography.js").Geography} Geography */

/**
 * The areas of every region, by label.
 * @param {number[]} labels
 * @returns {Map<number, number[]>}
 */
export function regions(labels) {
  /** @type {Map<number, number[]>} */
  const found = new Map();
  labels.forEach((label, area) => {
    if (label === 0) return;
    const areas = found.get(label);
    if (areas) areas.push(area);
    else found.set(label, [area]);
  });
  return found;
}

/**
 * Commuters between an area and the others of a region.
 * @param {Geography} geography
 * @param {number[]} labels
 * @param {number} area
 * @param {number} label
 */
export function ties(geography, labels, area, label) {
  if (label === 0) return 0;
  let sum = 0;
  for (const [other, commuters] of geography.ties[area]) {
    if (labels[other] === label) sum += commuters;
  }
  return sum;
}

/**
 * Commuters between different areas of one region.
 * @param {Geography} geography
 * @param {number[]} labels
 */
export function internal(geography, labels) {
  let twice = 0;
  labels.forEach((label, area) => {
    twice += ties(geography, labels, area, label);
  });
  return twice / 2;
}

/**
 * What moving an area to another region changes, in commuters.
 * @param {Geography} geography
 * @param {number[]} labels
 * @param {number} area
 * @param {number} to
 */
export function change(geography, labels, area, to) {
  if (labels[area] === to) return 0;
  return ties(geography, labels, area, to) - ties(geography, labels, area, labels[area]);
}

/**
 * The plan with an area moved.
 * @param {number[]} labels
 * @param {number} area
 * @param {number} to
 */
export function moved(labels, area, to) {
  return labels.with ? labels.with(area, to) : labels.map((l, at) => (at === area ? to : l));
}

/** A label that no region of a plan has. @param {number[]} labels */
export function fresh(labels) {
  return Math.max(0, ...labels) + 1;
}

/**
 * The regions that an area touches, its own left out.
 * @param {Set<number>[]} beside
 * @param {number[]} labels
 * @param {number} area
 */
export function touched(beside, labels, area) {
  const found = new Set([...beside[area]].map((other) => labels[other]));
  found.delete(labels[area]);
  found.delete(0);
  return [...found].sort((a, b) => a - b);
}

/**
 * The contiguous parts of some areas, the largest first.
 * @param {Set<number>[]} beside
 * @param {number[]} areas
 */
export function parts(beside, areas) {
  const open = new Set(areas);
  const found = [];
  while (open.size > 0) {
    const [first] = open;
    open.delete(first);
    const part = [first];
    for (const area of part) {
      for (const other of beside[area]) {
        if (open.delete(other)) part.push(other);
      }
    }
    found.push(part);
  }
  return found.sort((a, b) => b.length - a.length);
}

/**
 * The area of some with most jobs: where a region belongs.
 * @param {Geography} geography
 * @param {number[]} areas
 */
export function centre(geography, areas) {
  return areas.reduce((best, area) =>
    geography.areas[area].jobs > geography.areas[best].jobs ? area : best,
  );
}

/** What limits are set on, as the keys of rules have it. @type {("population" | "areas" | "jobs" | "employed")[]} */
export const MEASURES = ["population", "areas", "jobs", "employed"];

/**
 * How much of a measure some areas have.
 * @param {Geography} geography
 * @param {number[]} areas
 * @param {"population" | "areas" | "jobs" | "employed"} measure
 */
export function total(geography, areas, measure) {
  if (measure === "areas") return areas.length;
  return areas.reduce((sum, area) => sum + geography.areas[area][measure], 0);
}

/**
 * A broken rule: which, of which region, and the areas that show it.
 * @typedef {object} Broken
 * @property {"parts" | "min" | "max" | "together" | "apart" | "closed" | "left"} kind
 * @property {number[]} areas
 * @property {number} [label]
 * @property {string} [measure]
 * @property {number} [value]
 * @property {number} [limit]
 * @property {string} [group]
 * @property {string} [region] name of the region when it was broken
 */

/**
 * What a plan breaks, as far as the page tells at once; the server, which is asked beside, has the last
 * word.
 * @param {Geography} geography
 * @param {Set<number>[]} beside
 * @param {any} told the rules as the server told them
 * @param {number[]} labels
 * @returns {Broken[]}
 */
export function broken(geography, beside, told, labels) {
  /** @type {Broken[]} */
  const found = [];
  const left = labels.flatMap((label, area) => (label === 0 ? [area] : []));
  if (left.length > 0) found.push({ kind: "left", areas: left });
  const places = (/** @type {{areas: string[]}} */ group) =>
    group.areas.map((code) => geography.places.get(code) ?? -1).filter((area) => area >= 0);
  const fixed = new Set((told?.fixed ?? []).flatMap(places));
  const exempt = new Set(
    (told?.inputs?.[EXEMPT] ?? []).map((/** @type {any} */ text) => geography.find(String(text))),
  );
  const all = regions(labels);
  for (const [label, areas] of all) {
    const [, ...strays] = parts(beside, areas);
    if (strays.length > 0) found.push({ kind: "parts", label, areas: strays.flat() });
    if (areas.every((area) => fixed.has(area)) || areas.some((area) => exempt.has(area))) continue;
    for (const measure of MEASURES) {
      const value = total(geography, areas, measure);
      const { [`min_${measure}`]: min, [`max_${measure}`]: max } = told?.inputs ?? {};
      if (min !== undefined && value < min) {
        found.push({ kind: "min", label, areas, measure, value, limit: min });
      }
      if (max !== undefined && value > max) {
        found.push({ kind: "max", label, areas, measure, value, limit: max });
      }
    }
  }
  const named = (/** @type {any} */ group) =>
    group.name || group.areas.map((/** @type {string} */ c) => geography.name(c)).join(", ");
  for (const group of told?.together ?? []) {
    const areas = places(group);
    const homes = new Set(areas.map((area) => labels[area]));
    if (homes.size > 1) found.push({ kind: "together", areas, group: named(group) });
  }
  for (const group of told?.apart ?? []) {
    const shared = places(group).filter((area, _, list) =>
      list.some((other) => other !== area && labels[other] === labels[area] && labels[area] !== 0),
    );
    if (shared.length > 0) found.push({ kind: "apart", areas: shared, group: named(group) });
  }
  for (const group of [...(told?.closed ?? []), ...(told?.fixed ?? [])]) {
    const areas = places(group);
    const homes = new Set(areas.map((area) => labels[area]));
    const size = all.get(labels[areas[0]])?.length ?? 0;
    if (homes.size !== 1 || size !== areas.length) {
      found.push({ kind: "closed", areas, group: named(group) });
    }
  }
  return found;
}

/**
 * The areas that two plans place differently, after the regions that share most people have been matched,
 * the largest overlaps first.
 * @param {Geography} geography
 * @param {number[]} one
 * @param {number[]} other
 */
export function differing(geography, one, other) {
  /** @type {Map<string, number>} */
  const shared = new Map();
  one.forEach((label, area) => {
    const key = `${label} ${other[area]}`;
    shared.set(key, (shared.get(key) ?? 0) + geography.areas[area].population + 1);
  });
  /** @type {Map<number, number>} */
  const match = new Map();
  const taken = new Set();
  for (const [key] of [...shared].sort((a, b) => b[1] - a[1])) {
    const [a, b] = key.split(" ").map(Number);
    if (!match.has(a) && !taken.has(b)) {
      match.set(a, b);
      taken.add(b);
    }
  }
  return one.flatMap((label, area) => (match.get(label) === other[area] ? [] : [area]));
}

/**
 * Labels from an assignment by code.
 * @param {Geography} geography
 * @param {Record<string, number>} assignment
 */
export function fromAssignment(geography, assignment) {
  return geography.areas.map((area) => assignment[area.code] ?? 0);
}

/**
 * Labels from lists of areas; areas of no list stand in no region, areas of several in the first.
 * @param {Geography} geography
 * @param {number[][]} lists
 */
export function fromLists(geography, lists) {
  const labels = geography.areas.map(() => 0);
  lists.forEach((areas, at) => {
    for (const area of areas) if (labels[area] === 0) labels[area] = at + 1;
  });
  return labels;
}
