// The panel of two plans side by side.

import { attempt, compare } from "./actions.js";
import { fill, h, svg } from "./dom.js";
import { counted, n, table } from "./parts.js";
import { fromLists } from "./plan.js";
import { get, watch } from "./store.js";
import { planName } from "./telling.js";
import { many, number, percent, signed, t } from "./words.js";

class ComparePanel extends HTMLElement {
  constructor() {
    super();
    this.one = "";
    this.other = "";
  }

  connectedCallback() {
    watch(["kept", "plan", "geography", "comparison", "lang", "tab"], () => {
      if (get().tab === "compare") this.draw();
    });
  }

  /**
   * The plans there are to compare, by key.
   * @returns {Map<string, import("./store.js").Plan>}
   */
  plans() {
    const { plan, kept, geography } = get();
    const all = new Map();
    if (plan) all.set("now", { ...bare(plan), name: `${t("compare_now")}: ${planName(plan)}` });
    kept.forEach((one, at) => all.set(`kept-${at}`, { ...bare(one), name: planName(one) }));
    for (const division of geography?.divisions ?? []) {
      const lists = division.regions.map(([, areas]) => areas);
      const labels = geography ? fromLists(geography, lists) : [];
      all.set(`d:${division.key}`, { labels, name: division.name, source: null });
    }
    return all;
  }

  draw() {
    const { comparison, geography } = get();
    if (!geography) return;
    const plans = this.plans();
    const keys = [...plans.keys()];
    if (!plans.has(this.one)) this.one = keys[0] ?? "";
    if (!plans.has(this.other) || this.other === this.one) {
      this.other = keys.find((key) => key !== this.one) ?? "";
    }
    if (keys.length < 2) {
      fill(this, h("h2", {}, t("compare_title")), h("p", { class: "hint" }, t("compare_none")));
      return;
    }
    const choose = (/** @type {"one" | "other"} */ side, /** @type {string} */ name) =>
      h(
        "label",
        { class: "field" },
        h("span", { class: "label" }, name),
        h(
          "select",
          {
            id: `compare-${side}`,
            onchange: (/** @type {any} */ event) => {
              this[side] = event.target.value;
            },
          },
          keys.map((key) =>
            h("option", { value: key, selected: key === this[side] }, plans.get(key)?.name ?? key),
          ),
        ),
      );
    fill(
      this,
      h("h2", {}, t("compare_title")),
      h(
        "form",
        {
          class: "inline",
          onsubmit: (/** @type {Event} */ event) => {
            event.preventDefault();
            const [one, other] = [plans.get(this.one), plans.get(this.other)];
            if (one && other) void attempt(() => compare(one, other));
          },
        },
        choose("one", t("compare_one")),
        choose("other", t("compare_other")),
        h("button", { type: "submit", class: "main", id: "compare" }, t("tab_compare")),
      ),
      comparison && this.shown(comparison),
    );
  }

  /** @param {any} comparison */
  shown(comparison) {
    const { one, other, left, right, differs, likeness } = comparison;
    const { geography } = get();
    if (!geography) return null;
    const people = differs.reduce(
      (/** @type {number} */ sum, /** @type {number} */ area) => sum + geography.areas[area].population,
      0,
    );
    const sizes = (/** @type {any} */ sheet) =>
      sheet.regions.map((/** @type {any} */ region) => region.population);
    const line = (
      /** @type {string} */ name,
      /** @type {number} */ a,
      /** @type {number} */ b,
    ) => h("tr", {}, h("th", { scope: "row" }, name), n(a), n(b), n(signed(b - a)));
    return h(
      "div",
      { id: "comparison" },
      h(
        "div",
        { class: "pair" },
        picture(one.name, left, differs),
        picture(other.name, right, differs),
      ),
      h(
        "p",
        { id: "differs" },
        differs.length === 0 ? t("compare_same") : many("compare_moved", differs.length, { people }),
        differs.length > 0 &&
          `: ${differs.map((/** @type {number} */ area) => geography.areas[area].name).join(", ")}.`,
      ),
      table(
        t("compare_title"),
        ["", counted(t("compare_one")), counted(t("compare_other")), counted(t("compare_difference"))],
        [
          line(t("compare_regions"), left.regions.length, right.regions.length),
          line(t("compare_inside"), left.objective, right.objective),
          line(t("compare_smallest"), Math.min(...sizes(left)), Math.min(...sizes(right))),
          line(t("compare_largest"), Math.max(...sizes(left)), Math.max(...sizes(right))),
        ],
      ),
      likeness?.adjusted_rand !== undefined &&
        likeness?.adjusted_rand !== null &&
        h("p", { id: "likeness" }, `${t("compare_likeness")}: ${percent(likeness.adjusted_rand)}`),
    );
  }
}

/** A plan that is called by its name alone. @param {import("./store.js").Plan} plan */
function bare({ labels, source, isProven, bound }) {
  return { labels, source, isProven, bound };
}

/**
 * A plan on a map of its own, what is placed differently outlined.
 * @param {string} name
 * @param {any} sheet
 * @param {number[]} differs
 */
function picture(name, sheet, differs) {
  const { geography } = get();
  const drawing = svg(geography?.map ?? "");
  const areas = geography?.areas ?? [];
  drawing.setAttribute("role", "img");
  drawing.setAttribute("aria-label", `${name}: ${number(sheet.regions.length)} ${t("regions")}`);
  const places = new Map(areas.map((area, at) => [area.code, at]));
  const moved = new Set(differs);
  for (const shape of drawing.querySelectorAll("[data-area]")) {
    const at = places.get(shape.getAttribute("data-area") ?? "") ?? 0;
    shape.setAttribute("fill", sheet.colours[sheet.labels[at] - 1]);
    shape.removeAttribute("data-area");
    if (moved.has(at)) {
      const copy = /** @type {Element} */ (shape.cloneNode(false));
      copy.removeAttribute("fill");
      copy.setAttribute("class", "mark differs");
      drawing.append(copy);
    }
  }
  const layer = svg(`<svg>${sheet.layer}</svg>`).firstElementChild;
  if (layer) drawing.querySelector("g[data-layer=plan]")?.replaceWith(layer);
  return h("figure", { class: "mini" }, drawing, h("figcaption", {}, name));
}

customElements.define("rf-compare", ComparePanel);
