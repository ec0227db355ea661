// Broken rules in words, before the server has told of them.

import { get } from "./store.js";
import { list, maybe, t } from "./words.js";

/** Most names in a sentence. */
const NAMES = 6;

/** @param {import("./plan.js").Broken} rule */
export function brokenText(rule) {
  const { geography, sheet, plan } = get();
  const all = rule.areas.map((area) => geography?.areas[area].name ?? "");
  const names = list(all.length > NAMES ? [...all.slice(0, NAMES), "…"] : all);
  const at = plan?.labels.indexOf(rule.label ?? -1) ?? -1;
  const group = at >= 0 && sheet?.of?.[at] === rule.label ? sheet.labels[at] : 0;
  const named = sheet?.regions.find((/** @type {any} */ region) => region.id === group)?.name;
  const region = named ?? t("region");
  const { value = 0, limit = 0, measure = "" } = rule;
  const counted = maybe(`measure_${measure}`, measure).toLocaleLowerCase();
  switch (rule.kind) {
    case "left":
      return t("broken_left", { n: rule.areas.length, names });
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
