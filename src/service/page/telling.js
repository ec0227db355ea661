// Plans, wishes and broken rules in words: said when they are shown, in the language of then.

import { get } from "./store.js";
import { list, many, maybe, t } from "./words.js";

/** Most names in a sentence. */
const NAMES = 6;

/** What people call the plan of a point. @param {{k: number, score_text?: string}} point */
export function pointName({ k, score_text }) {
  return `k = ${k}${score_text ? `; ${score_text}` : ""}`;
}

/**
 * A plan that came of another by hand: it keeps its name, and says that it is no longer that one.
 * @param {import("./store.js").Plan} plan
 * @param {number[]} labels
 * @returns {import("./store.js").Plan}
 */
export function altered(plan, labels) {
  const { name, run, point, division, wishes } = plan;
  const isChanged = plan.isChanged || plan.source !== null || Boolean(division);
  return { labels, name, run, point, division, wishes, isChanged, source: null };
}

/** What people call a plan. @param {import("./store.js").Plan} plan */
export function planName(plan) {
  const name = nameOf(plan);
  return plan.isChanged ? t("plan_changed", { name }) : name;
}

/** @param {import("./store.js").Plan} plan */
function nameOf(plan) {
  const { run } = get();
  const points = plan.point && plan.run === run?.id ? run?.chart?.points : [];
  const point = points?.find((/** @type {any} */ one) => one.key === plan.point);
  if (point) return pointName(point);
  if (plan.wishes) return plan.wishes.map(wishTitle).join("; ");
  if (plan.division === undefined) return plan.name;
  const known = get().geography?.divisions.find(({ key }) => key === plan.division);
  return known?.name ?? t("plan_own");
}

/** What a wish is called. @param {import("./prices.js").Wish} wish */
export function wishTitle({ kind, codes, move }) {
  const name = (/** @type {string} */ code) => get().geography?.name(code) ?? code;
  if (move) return t("price_move", { area: name(move.code), region: name(move.to) });
  const areas = codes.map(name).join(", ");
  return t(kind === "together" ? "price_wish" : `price_${kind}`, { areas });
}

/**
 * A rule that is broken, with the name that its region has now.
 * @param {import("./plan.js").Broken} rule
 */
export function named(rule) {
  return { ...rule, region: regionOf(rule) };
}

/** @param {import("./plan.js").Broken} rule */
function regionOf(rule) {
  const { sheet, plan } = get();
  const at = plan?.labels.indexOf(rule.label ?? -1) ?? -1;
  const group = at >= 0 && sheet?.of?.[at] === rule.label ? sheet.labels[at] : 0;
  return sheet?.regions.find((/** @type {any} */ region) => region.id === group)?.name;
}

/** @param {import("./plan.js").Broken} rule */
export function brokenText(rule) {
  const { geography } = get();
  const all = rule.areas.map((area) => geography?.areas[area].name ?? "");
  const names = list(all.length > NAMES ? [...all.slice(0, NAMES), "…"] : all);
  const region = rule.region ?? regionOf(rule) ?? t("region");
  const { value = 0, limit = 0, measure = "" } = rule;
  const counted = maybe(`measure_${measure}`, measure).toLocaleLowerCase();
  switch (rule.kind) {
    case "left":
      return many("broken_left", rule.areas.length, { names });
    case "parts":
      return t("broken_parts", { region, names });
    case "min":
      return t("broken_min", { region, value, measure: counted, limit });
    case "max":
      return t("broken_max", { region, value, measure: counted, limit });
    case "together":
      return t("broken_together", { group: rule.group ?? names });
    case "apart":
      return t("broken_apart", { group: names });
    default:
      return t("broken_closed", { group: rule.group ?? names });
  }
}
