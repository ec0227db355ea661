// Pieces that several panels have.

import { h } from "./dom.js";
import { set } from "./store.js";
import { number, percent, t } from "./words.js";

/**
 * A table that scrolls in itself where it is wider than the page.
 * @param {string} title
 * @param {(string | {text: string, isNumber: boolean})[]} heads
 * @param {import("./dom.js").Child[]} rows
 */
export function table(title, heads, rows) {
  return h(
    "div",
    { class: "scroll", tabindex: "0", role: "region", "aria-label": title },
    h(
      "table",
      {},
      h("caption", {}, title),
      h(
        "thead",
        {},
        h(
          "tr",
          {},
          heads.map((head) =>
            head === ""
              ? h("td")
              : typeof head === "string"
              ? h("th", { scope: "col" }, head)
              : h("th", { scope: "col", class: head.isNumber ? "n" : "" }, head.text),
          ),
        ),
      ),
      h("tbody", {}, rows),
    ),
  );
}

/** The head of a column of numbers. @param {string} text */
export function counted(text) {
  return { text, isNumber: true };
}

/** A cell with a number. @param {number | string} value */
export function n(value) {
  return h("td", { class: "n" }, typeof value === "number" ? number(value) : value);
}

/**
 * The regions of a drawn plan, each of which shows itself on the map when pointed at.
 * @param {any} sheet
 * @param {boolean} isBound whether the map is this plan's
 */
export function regionTable(sheet, isBound) {
  const rows = sheet.regions.flatMap((/** @type {any} */ region) => {
    const all = region.areas.map((/** @type {any} */ area) => area.name);
    const pair = [
      h(
        "tr",
        { "data-region": region.id },
        h("th", { scope: "row" }, swatch(region.fill), region.name),
        n(region.areas.length),
        n(region.population),
        n(region.internal_commuting),
        n(percent(region.supply_self_containment)),
      ),
      h("tr", { "data-region": region.id, class: "members" }, h("td", { colspan: 5 }, members(region.id, all))),
    ];
    for (const row of isBound ? pair : []) {
      row.addEventListener("pointerenter", () => set({ lit: { labels: [region.id] } }));
      row.addEventListener("pointerleave", () => set({ lit: null }));
    }
    return pair;
  });
  const heads = [
    t("region"),
    counted(t("areas")),
    counted(t("inhabitants")),
    counted(t("inside")),
    counted(t("works_inside")),
  ];
  return table(t("regions"), heads, rows);
}

/** Most municipalities of a region that are listed at once. */
const LISTED = 24;

/**
 * The municipalities of a region; of many, the first, and all of them when asked.
 * @param {number} region
 * @param {string[]} names
 */
function members(region, names) {
  if (names.length <= LISTED) return names.join(", ");
  const first = names.slice(0, LISTED / 2).join(", ");
  return h(
    "details",
    { id: `members-${region}` },
    h("summary", {}, `${first} … ${t("members_more", { n: names.length - LISTED / 2 })}`),
    names.slice(LISTED / 2).join(", "),
  );
}

/** The colour of a region. @param {string} colour */
export function swatch(colour) {
  const found = h("span", { class: "swatch", "aria-hidden": "true" });
  found.style.backgroundColor = colour;
  return found;
}

/**
 * Why there is no plan, as the process `explain` says it.
 * @param {any} result
 */
export function explanation(result) {
  return result.explanations.map((/** @type {any} */ one) =>
    h(
      "div",
      { class: "explanation" },
      h("h3", {}, t("explain_k", { k: String(one.k) })),
      one.summary
        ? h("p", {}, one.summary)
        : h("p", {}, one.reasons?.join(" ") || t("explain_none")),
      one.relaxations?.length > 0 && h("p", { class: "label" }, t("explain_help")),
      one.relaxations?.length > 0 &&
        h(
          "ul",
          {},
          one.relaxations.map((/** @type {any} */ help) =>
            h("li", {}, help.text, help.share ? ` (${percent(help.share)})` : ""),
          ),
        ),
    ),
  );
}

/**
 * Defects as the server tells them.
 * @param {{code?: string, at?: string, what: string, help?: string}[]} defects
 */
export function defectList(defects) {
  return h(
    "ul",
    { class: "defects" },
    defects.map((defect) =>
      h(
        "li",
        {},
        defect.code && h("code", {}, defect.code),
        " ",
        defect.at && h("span", { class: "quiet place" }, `${defect.at}: `),
        defect.what,
        defect.help && h("span", { class: "quiet" }, ` – ${defect.help}`),
      ),
    ),
  );
}
