// The panel of the plan that is shown: what it is, what it breaks, and what it costs to change it.

import { attempt, begin, bring, improve, keepAside } from "./actions.js";
import { labelsOf, tableOf } from "./csv.js";
import { fill, h, save } from "./dom.js";
import { colourings, regionNames } from "./map.js";
import { counted, n, regionTable, swatch, table } from "./parts.js";
import { broken, change, fresh, internal, regions, ties, touched } from "./plan.js";
import {
  dropWish,
  keepPriced,
  maySearchOn,
  move,
  priceOfMove,
  searchOn,
  showPriced,
} from "./prices.js";
import { get, set, watch } from "./store.js";
import { brokenText, planName, wishTitle } from "./telling.js";
import { dropPrice } from "./underway.js";
import { many, number, percent, signed, t } from "./words.js";

class PlanPanel extends HTMLElement {
  constructor() {
    super();
    this.moves = "3";
    /** What the controls were drawn for, and the lists. @type {any[]} */
    this.shown = [];
    /** @type {any[]} */
    this.listed = [];
  }

  connectedCallback() {
    this.head = h("div");
    this.price = h("div", { "aria-live": "polite" });
    this.area = h("div");
    this.work = h("div");
    this.tables = h("div");
    this.append(this.head, this.price, this.area, this.work, this.tables);
    watch(["plan", "sheet", "lang", "geography", "told"], () => this.draw());
    watch(["plan", "lang", "geography", "isReadOnly"], () => this.controls());
    watch(["plan", "sheet", "lang", "geography"], () => this.lists());
    watch(["plan", "sheet", "lang", "selection", "geography", "told"], () => this.choices());
    watch(["price", "lang"], () => this.prices());
    watch(["lit"], () => this.light());
  }

  draw() {
    const { plan, sheet, geography, told } = get();
    if (!geography || !this.head) return;
    if (!plan) {
      fill(this.head, h("h2", {}, t("tab_plan")), h("p", { class: "hint" }, t("plan_none")));
      return;
    }
    const inside = internal(geography, plan.labels);
    const k = regions(plan.labels).size;
    const state = plan.source
      ? plan.isProven
        ? h("span", { class: "badge proven" }, t("plan_proven"))
        : h("span", { class: "badge open" }, t("plan_open", { n: plan.bound ?? inside }))
      : h("span", { class: "badge" }, t("plan_own"));
    const isDrawn = sheet?.of === plan.labels;
    const beside = geography.beside(told?.links ?? ["land", "fixed_link"]);
    const sentences = isDrawn
      ? sheet.broken
      : broken(geography, beside, told, plan.labels).map(brokenText);
    fill(
      this.head,
      h("h2", {}, planName(plan)),
      h("p", { class: "status", id: "plan-facts" }, state, ` ${many("plan_of", k)}. `,
        t("kept_inside", { n: inside, total: geography.total, share: percent(inside / geography.total) }),
      ),
      sentences.length > 0
        ? h(
            "div",
            { class: "warning", id: "broken", role: "status" },
            h("h3", {}, t("broken")),
            h("ul", { tabindex: "0", "aria-label": t("broken") }, sentences.map((/** @type {string} */ text) => h("li", {}, text))),
          )
        : h("p", { class: "fine", id: "broken" }, t("keeps_all")),
    );
  }

  /** What can be done with any plan: drawn again only where there is one for the first time. */
  controls() {
    const { plan, geography, lang, isReadOnly } = get();
    if (!geography || !this.work) return;
    const shown = [plan !== null, geography, lang, isReadOnly];
    if (shown.every((one, at) => one === this.shown[at])) return;
    this.shown = shown;
    fill(
      this.work,
      plan &&
        h(
          "div",
          { class: "buttons" },
          h("button", { type: "button", id: "keep", onclick: keepAside }, t("keep")),
          h("button", { type: "button", id: "export", onclick: exportPlan }, t("export")),
        ),
      this.begin(),
      plan && !isReadOnly && this.improvement(),
    );
  }

  /** Regions and borders, as the server has drawn them: they wait for it, and are drawn once. */
  lists() {
    const { plan, sheet, lang } = get();
    if (!this.tables) return;
    const listed = [plan !== null, sheet, lang];
    if (listed.every((one, at) => one === this.listed[at])) return;
    this.listed = listed;
    if (plan && sheet) fill(this.tables, regionTable(sheet, true), borderTable(sheet));
    else fill(this.tables, plan && h("p", { class: "quiet" }, t("working")));
  }

  begin() {
    const { geography } = get();
    const file = h("input", {
      type: "file",
      id: "import",
      accept: ".csv,text/csv",
      class: "unseen",
      tabIndex: -1,
      "aria-label": t("begin_import"),
      onchange: (/** @type {any} */ event) => {
        const [chosen] = event.target.files;
        if (chosen) void attempt(() => importFile(chosen));
        event.target.value = "";
      },
    });
    const pick = (/** @type {any} */ event) => {
      const { value } = event.target;
      event.target.value = "";
      if (value === "import") file.click();
      else void attempt(() => begin(value.replace(/^d:/, "")));
    };
    return h(
      "label",
      { class: "field" },
      h("span", { class: "label" }, t("begin")),
      h(
        "select",
        { id: "begin", onchange: pick },
        h("option", { value: "", selected: true, disabled: true }, "–"),
        geography?.divisions.map((division) =>
          h("option", { value: `d:${division.key}` }, division.name),
        ),
        h("option", { value: "import" }, t("begin_import")),
        h("option", { value: "d:" }, t("begin_empty")),
      ),
      file,
    );
  }

  improvement() {
    return h(
      "form",
      {
        class: "inline",
        onsubmit: (/** @type {Event} */ event) => {
          event.preventDefault();
          void attempt(() => improve(Number(this.moves) || 0));
        },
      },
      h(
        "label",
        { class: "field" },
        h("span", { class: "label" }, t("improve_moves")),
        h("input", {
          id: "improve-moves",
          inputMode: "numeric",
          size: 3,
          value: this.moves,
          oninput: (/** @type {any} */ event) => {
            this.moves = event.target.value;
          },
        }),
      ),
      h("button", { type: "submit", id: "improve" }, t("improve")),
    );
  }

  /** The municipality that is selected, and where it could go. */
  choices() {
    const { plan, sheet, selection, geography, told } = get();
    if (!this.area) return;
    const area = selection.length === 1 ? (geography?.places.get(selection[0]) ?? -1) : -1;
    if (!geography || !plan || area < 0) {
      fill(this.area);
      return;
    }
    const { labels } = plan;
    const names = regionNames(plan, sheet);
    const colours = colourings(plan, sheet);
    const beside = geography.beside(told?.links ?? ["land", "fixed_link"]);
    const { name, population, jobs } = geography.areas[area];
    const label = labels[area];
    const here = ties(geography, labels, area, label);
    const own = regions(labels).get(label)?.length ?? 0;
    const to = touched(beside, labels, area);
    const rows = [...to, ...(own === 1 ? [] : [fresh(labels)])].map((target) => {
      const isOwn = !labels.includes(target);
      const region = isOwn ? t("move_own") : (names.get(target) ?? t("region"));
      return h(
        "tr",
        {},
        h("th", { scope: "row" }, !isOwn && swatch(colours.get(target) ?? "#fff"), region),
        n(isOwn ? "–" : number(ties(geography, labels, area, target))),
        n(signed(change(geography, labels, area, target))),
        h(
          "td",
          { class: "buttons" },
          h(
            "button",
            {
              type: "button",
              class: "small",
              id: `move-${target}`,
              onclick: () => move(area, target),
              "aria-label": t("move_label", { area: name, region }),
            },
            t("move"),
          ),
          h(
            "button",
            {
              type: "button",
              class: "small",
              id: `ask-${target}`,
              onclick: () => priceOfMove(area, target),
              "aria-label": t("ask_best_label", { area: name, region }),
            },
            t("ask_best"),
          ),
        ),
      );
    });
    const region = names.get(label);
    fill(
      this.area,
      h(
        "section",
        { class: "card", id: "area" },
        h(
          "h3",
          {},
          region
            ? t("move_title", { area: name, region })
            : t("move_title_alone", { area: name }),
        ),
        h("p", {}, t("move_facts", { population, jobs, here })),
        table(
          t("move_table", { area: name }),
          [t("move_to"), counted(t("move_ties")), counted(t("move_alone")), ""],
          rows,
        ),
      ),
    );
  }

  prices() {
    const { price } = get();
    if (!this.price) return;
    if (!price) {
      fill(this.price);
      return;
    }
    const { alone, best } = price;
    fill(
      this.price,
      h(
        "section",
        { class: "card price", id: "price", "data-state": best?.state ?? "" },
        price.wishes.length === 1
          ? h("h3", {}, wishTitle(price.wishes[0]))
          : [h("h3", {}, t("price_several", { n: price.wishes.length })), wishList(price.wishes)],
        h(
          "dl",
          {},
          alone && [
            h("dt", {}, t("price_alone")),
            h(
              "dd",
              { id: "price-alone" },
              h("strong", { class: alone.change < 0 ? "loss" : "gain" }, signed(alone.change)),
              alone.breaks.length > 0 &&
                h("span", { class: "loss" }, ` ${t("price_alone_breaks", { rules: alone.breaks.map(brokenText).join("; ") })}`),
            ),
          ],
          h("dt", {}, t("price_best")),
          h("dd", { id: "price-best" }, best ? bestPrice(best) : t("price_needs_run")),
        ),
        best?.labels &&
          h(
            "p",
            { id: "deciding" },
            h("span", { class: "label" }, `${t("deciding")}: `),
            namesOf(best.others) || t("deciding_none"),
          ),
        h(
          "div",
          { class: "buttons" },
          best?.state === "open" &&
            maySearchOn() &&
            h("button", { type: "button", id: "price-on", onclick: searchOn }, t("price_on")),
          best?.labels &&
            h("button", { type: "button", id: "price-show", onclick: showPriced }, t("show_plan")),
          h("button", { type: "button", id: "price-rule", onclick: keepPriced }, t("keep_rule")),
          h("button", { type: "button", id: "price-close", onclick: closePrice }, t("close")),
        ),
      ),
    );
  }

  light() {
    const row = get().lit?.row;
    for (const line of this.tables?.querySelectorAll("[data-region]") ?? []) {
      line.classList.toggle("lit", Number(line.getAttribute("data-region")) === row);
    }
  }
}

/** @param {number[]} areas */
function namesOf(areas) {
  const { geography } = get();
  return areas.map((area) => geography?.areas[area].name ?? "").join(", ");
}

/** The second price. @param {any} best */
function bestPrice(best) {
  switch (best.state) {
    case "waiting":
      return h("span", { class: "wait" }, t("price_wait"));
    case "none":
      return [
        h("span", {}, t("price_none")),
        best.because.length > 0 &&
          h("ul", {}, best.because.map((/** @type {any} */ why) => h("li", {}, why.what))),
      ];
    case "unknown":
      return t("price_unknown");
    case "proven":
      return [
        best.change === 0
          ? h("strong", {}, t("price_free"))
          : [h("strong", { class: best.change < 0 ? "loss" : "" }, signed(best.change)), ` ${t("price_costs")}`],
        " ",
        h("span", { class: "badge proven" }, t("price_proven")),
      ];
    default:
      // Neither plan is proven best: what is known is between which figures the price lies.
      return [
        h("strong", { class: best.high < 0 ? "loss" : "" }, t("price_between", { low: signed(best.low), high: signed(best.high) })),
        ` ${t("price_costs")} `,
        h("span", { class: "badge open" }, t("price_open")),
        h("span", { class: "hint" }, ` ${t("price_open_help")}`),
      ];
  }
}

/** The wishes of a price, each of which can be taken away. @param {import("./prices.js").Wish[]} wishes */
function wishList(wishes) {
  return h(
    "ul",
    { class: "groups", id: "wishes" },
    wishes.map((wish, at) =>
      h(
        "li",
        {},
        h("span", {}, wishTitle(wish)),
        h(
          "button",
          {
            type: "button",
            class: "small",
            id: `wish-${at}`,
            onclick: () => dropWish(at),
            "aria-label": t("wish_drop", { wish: wishTitle(wish) }),
          },
          "✕",
        ),
      ),
    ),
  );
}

/** Leaves a price, which nobody then waits for. */
function closePrice() {
  dropPrice();
  set({ price: null });
}

/**
 * What each border cuts; a row shows its border on the map when pointed at.
 * @param {any} sheet
 */
function borderTable(sheet) {
  const rows = sheet.borders.map((/** @type {any} */ border) => {
    const strongest = border.strongest.map((/** @type {any} */ tie) =>
      t("tie", { from: tie.from.name, to: tie.to.name, there: tie.there, back: tie.back }),
    );
    const row = h(
      "tr",
      { "data-pair": `${border.a}-${border.b}` },
      h(
        "th",
        { scope: "row" },
        `${border.a_name} – ${border.b_name}`,
        !border.touches && h("span", { class: "quiet" }, ` (${t("not_touching")})`),
        strongest.length > 0 && h("span", { class: "members" }, strongest.join("; ")),
      ),
      n(border.commuters),
    );
    const lit = { border: `${border.a}-${border.b}`, labels: [border.a, border.b] };
    row.addEventListener("pointerenter", () => set({ lit }));
    row.addEventListener("pointerleave", () => set({ lit: null }));
    return row;
  });
  return table(t("borders"), [t("border"), counted(t("cuts"))], rows);
}

/** @param {File} file */
async function importFile(file) {
  const { geography } = get();
  if (!geography) return;
  const { labels, unknown, found } = labelsOf(geography, await file.text());
  if (found === 0) {
    set({ notice: { kind: "note", text: t("import_none") } });
    return;
  }
  const name = file.name.replace(/\.csv$/i, "");
  await bring(name, labels);
  const told = many("imported", regions(labels).size, { name });
  const names = unknown.slice(0, 5).join(", ");
  const more = unknown.length > 0 ? ` ${many("import_unknown", unknown.length, { names })}` : "";
  set({ notice: { kind: "note", text: told + more } });
}

function exportPlan() {
  const { geography, plan, sheet } = get();
  if (!geography || !plan) return;
  const name = planName(plan).replace(/[^\p{L}\p{N}]+/gu, "-").replace(/^-|-$/g, "") || "plan";
  save(`${name}.csv`, tableOf(geography, plan.labels, regionNames(plan, sheet)));
}

customElements.define("rf-plan", PlanPanel);
