// The panel where rules are made: scenario, limits, links, groups, and the text that they are.

import { addExempt, addGroup, attempt, changeRules, chooseScenario, overlay, readRules, select } from "./actions.js";
import { afterwards, fill, h, save } from "./dom.js";
import { defectList } from "./parts.js";
import { MEASURES } from "./plan.js";
import { priceOfWish, titleOf } from "./prices.js";
import { EXEMPT, group, withKey, withoutGroup } from "./rules.js";
import { explain } from "./runs.js";
import { get, set, watch } from "./store.js";
import { number, t } from "./words.js";

const LINKS = /** @type {const} */ (["land", "fixed_link", "ferry", "sea_link"]);

class RulesPanel extends HTMLElement {
  connectedCallback() {
    watch(["rules", "told", "rulesProblem", "instance", "lang", "geography", "scenario"], () =>
      this.draw(),
    );
    watch(["titles"], () => this.entitle());
  }

  draw() {
    const { instance, told, rulesProblem, geography } = get();
    if (!instance || !geography) return;
    fill(
      this,
      h("h2", {}, t("rules_title")),
      this.scenario(),
      this.contradictions(),
      this.groups(),
      this.limits(),
      this.links(),
      told && this.text(told),
      rulesProblem && h("div", { class: "warning" }, defectList(rulesProblem.defects)),
    );
  }

  /** Names of scenarios come one by one: the rest of the panel stays as it is. */
  entitle() {
    const old = this.querySelector("label:has(#scenario)");
    if (!old) return;
    const isUsed = document.activeElement?.id === "scenario";
    const fresh = this.scenario();
    old.replaceWith(fresh);
    if (isUsed) document.getElementById("scenario")?.focus();
  }

  scenario() {
    const { instance, scenario, rules, titles, lang } = get();
    const told = (/** @type {string} */ key) => titles[key]?.[lang];
    const isOwn = scenario === null && Object.keys(rules).length > 0;
    const pick = (/** @type {any} */ event) => chooseScenario(event.target.value);
    return h(
      "label",
      { class: "field" },
      h("span", { class: "label" }, t("scenario")),
      h(
        "select",
        { id: "scenario", onchange: pick },
        isOwn && h("option", { value: "?", selected: true, disabled: true }, t("scenario_own")),
        instance.scenarios.map((/** @type {string} */ name) =>
          h(
            "option",
            { value: name, selected: name === scenario },
            told(name)?.name || name.replaceAll("_", " "),
          ),
        ),
        h("option", { value: "", selected: scenario === null && !isOwn }, t("scenario_none")),
      ),
      scenario !== null && h("span", { class: "hint" }, told(scenario)?.description ?? ""),
    );
  }

  contradictions() {
    const { told } = get();
    const found = told?.contradictions ?? [];
    if (found.length === 0) {
      return h("p", { class: "fine", id: "contradictions" }, t("no_contradictions"));
    }
    const ks = [...new Set(found.map((/** @type {any} */ one) => one.k).filter(Boolean))];
    const k = ks.length > 0 ? ks.join(",") : String(told.k[0] ?? 2);
    return h(
      "div",
      { class: "warning", id: "contradictions", role: "alert" },
      h("h3", {}, t("contradictions")),
      defectList(found.map((/** @type {any} */ one) => ({ ...one, at: one.k ? `k = ${one.k}` : "" }))),
      !get().isReadOnly &&
        h("button", { type: "button", onclick: () => attempt(() => explain(k)) }, t("why_not")),
    );
  }

  groups() {
    const { rules, geography, told } = get();
    const kinds = /** @type {const} */ ([
      ["keep_together", "groups_together"],
      ["keep_apart", "groups_apart"],
      ["closed", "groups_closed"],
      ["fixed", "groups_fixed"],
      [EXEMPT, "groups_exempt"],
    ]);
    const lists = kinds.flatMap(([key, title]) => {
      const all = rules[key] ?? [];
      if (all.length === 0) return [];
      return [
        h("h3", {}, t(title)),
        h(
          "ul",
          { class: "groups" },
          all.map((/** @type {any} */ one, /** @type {number} */ at) => {
            const said = typeof one === "string" ? [one] : one;
            const { name, areas } = group(said.division ? { name: said.division } : said);
            const places = areas.map((text) => geography?.find(text) ?? -1).filter((p) => p >= 0);
            const names = places.map((place) => geography?.areas[place].name ?? "");
            const called = name || names.join(", ");
            const codes = places.map((place) => geography?.areas[place].code ?? "");
            return h(
              "li",
              {},
              h(
                "button",
                {
                  type: "button",
                  class: "plain",
                  onclick: () => select(codes),
                  "aria-label": t("show_group", { group: called }),
                },
                name ? h("strong", {}, name) : "",
                name && names.length > 0 ? ": " : "",
                names.join(", "),
              ),
              h(
                "button",
                {
                  type: "button",
                  class: "small",
                  id: `remove-${key}-${at}`,
                  onclick: () => changeRules((all) => withoutGroup(all, key, at)),
                  "aria-label": t("remove_group", { group: called }),
                },
                "✕",
              ),
            );
          }),
        ),
      ];
    });
    const whole = rules.keep_whole ?? [];
    return h(
      "section",
      { class: "group-rules" },
      lists.length > 0 || whole.length > 0 ? lists : h("p", { class: "quiet" }, t("group_none")),
      whole.length > 0 && [
        h("h3", {}, t("groups_whole")),
        h(
          "ul",
          { class: "groups" },
          whole.map((/** @type {any} */ one, /** @type {number} */ at) =>
            h(
              "li",
              {},
              `${one.division}${one.regions ? `: ${one.regions.join(", ")}` : ""}`,
              h(
                "button",
                {
                  type: "button",
                  class: "small",
                  onclick: () => changeRules((all) => withoutGroup(all, "keep_whole", at)),
                  "aria-label": t("remove_group", { group: one.division }),
                },
                "✕",
              ),
            ),
          ),
        ),
      ],
      told === null && h("p", { class: "quiet" }, t("working")),
    );
  }

  limits() {
    const { rules } = get();
    const field = (/** @type {string} */ key, /** @type {string} */ name) =>
      h("input", {
        type: "text",
        inputMode: "numeric",
        id: `limit-${key}`,
        value: rules[key] === undefined ? "" : number(Number(rules[key])),
        "aria-label": name,
        onchange: afterwards((value) => {
          const digits = value.replace(/[^\d]/g, "");
          changeRules((all) => withKey(all, key, digits === "" ? undefined : Number(digits)));
        }),
      });
    const share = rules.min_self_containment;
    return h(
      "fieldset",
      { class: "limits" },
      h("legend", {}, t("limits")),
      h("span", {}),
      h("span", { class: "label", "aria-hidden": "true" }, t("least")),
      h("span", { class: "label", "aria-hidden": "true" }, t("most")),
      MEASURES.map((measure) => {
        const name = t(`measure_${measure}`);
        return [
          h("span", {}, name),
          field(`min_${measure}`, `${name}, ${t("least")}`),
          field(`max_${measure}`, `${name}, ${t("most")}`),
        ];
      }),
      h("label", { class: "wide", for: "limit-share" }, t("self_containment")),
      h("input", {
        type: "text",
        id: "limit-share",
        placeholder: "%",
        value: share === undefined ? "" : `${Math.round(Number(share) * 1000) / 10}`,
        onchange: afterwards((text) => {
          const percent = Number(text.replace(",", ".").replace("%", "").trim());
          const value = text.trim() === "" ? undefined : percent / 100;
          changeRules((all) => withKey(all, "min_self_containment", value));
        }),
      }),
    );
  }

  links() {
    const { told, rules, geography } = get();
    const used = new Set(geography?.links.map(([, , kind]) => kind));
    const counted = told?.links ?? ["land", "fixed_link"];
    const externals = geography?.externalAreas ?? [];
    const added = (rules.external_areas ?? []).map(String);
    const isAdded = (/** @type {any} */ area) => added.includes(area.code) || added.includes(area.name);
    const known = [...externals, ...added.filter((/** @type {string} */ name) =>
      !externals.some((area) => area.code === name || area.name === name),
    ).map((/** @type {string} */ name) => ({ code: name, name }))];
    const box = (
      /** @type {string} */ id,
      /** @type {string} */ name,
      /** @type {boolean} */ checked,
      /** @type {(is: boolean) => void} */ act,
    ) =>
      h(
        "label",
        { class: "check" },
        h("input", {
          type: "checkbox",
          id,
          checked,
          onchange: (/** @type {any} */ event) => act(event.target.checked),
        }),
        name,
      );
    return h(
      "fieldset",
      { class: "links" },
      h("legend", {}, t("links")),
      LINKS.filter((kind) => used.has(kind)).map((kind) =>
        box(`link-${kind}`, t(`link_${kind}`), counted.includes(kind), (is) => {
          const kept = LINKS.filter((other) =>
            other === kind ? is : counted.includes(other) && used.has(other),
          );
          changeRules((all) => withKey(all, "links", kept));
        }),
      ),
      known.length > 0 && h("p", { class: "label" }, t("external")),
      known.map((area) =>
        box(`external-${area.code}`, area.name, isAdded(area), (is) => {
          const others = added.filter(
            (/** @type {string} */ name) => name !== area.code && name !== area.name,
          );
          changeRules((all) => withKey(all, "external_areas", is ? [...others, area.code] : others));
        }),
      ),
    );
  }

  /** @param {any} told */
  text(told) {
    const area = h("textarea", {
      id: "rules-text",
      rows: 12,
      spellcheck: false,
      value: told.toml,
      "aria-label": t("as_text"),
    });
    return h(
      "details",
      { id: "rules-file" },
      h("summary", {}, t("as_text")),
      area,
      h(
        "div",
        { class: "buttons" },
        h(
          "button",
          { type: "button", id: "rules-apply", onclick: () => attempt(() => readRules(area.value)) },
          t("apply"),
        ),
        h(
          "button",
          {
            type: "button",
            onclick: () => save("scenario.toml", area.value, "application/toml"),
          },
          t("save_text"),
        ),
      ),
    );
  }
}

/** What can be done with the municipalities that are selected: below the map. */
class Selection extends HTMLElement {
  connectedCallback() {
    this.adds = false;
    this.tools = h("div");
    this.chosen = h("div");
    this.append(this.tools, this.chosen);
    // The names of all municipalities are not listed again with every click.
    watch(["lang", "geography", "over"], () => this.search());
    watch(["selection", "tab", "lang", "geography", "plan", "price"], () => this.draw());
  }

  search() {
    const { geography } = get();
    if (!this.tools) return;
    if (!geography) {
      fill(this.tools);
      return;
    }
    const find = h("input", {
      id: "find",
      type: "search",
      list: "areas",
      placeholder: t("find"),
      "aria-label": t("find"),
      onchange: (/** @type {any} */ event) => {
        const at = geography.find(event.target.value);
        if (at < 0) return;
        const { code } = geography.areas[at];
        const kept = get().tab === "rules" ? get().selection.filter((other) => other !== code) : [];
        select([...kept, code]);
        event.target.value = "";
      },
    });
    fill(
      this.tools,
      h(
        "div",
        { class: "tools" },
        find,
        h(
          "datalist",
          { id: "areas" },
          geography.areas.map((area) => h("option", { value: area.name })),
        ),
        this.overlays(),
      ),
    );
  }

  draw() {
    const { selection, tab, geography, plan, price } = get();
    if (!this.chosen) return;
    if (!geography) {
      fill(this.chosen);
      return;
    }
    const names = selection.map((code) => geography.name(code));
    const hint = tab === "plan" && plan ? t("selected_none_plan") : t("selected_none");
    const act = (
      /** @type {string} */ id,
      /** @type {string} */ text,
      /** @type {() => void} */ does,
      /** @type {boolean} */ may,
    ) => h("button", { type: "button", id, onclick: does, disabled: !may }, text);
    const isMany = selection.length > 1;
    fill(
      this.chosen,
      selection.length === 0
        ? h("p", { class: "hint" }, hint)
        : h(
            "div",
            { class: "chosen" },
            h(
              "div",
              { class: "chosen-head" },
              h(
                "p",
                { id: "chosen-names" },
                h("strong", {}, t("selected", { n: selection.length })),
                ` ${names.join(", ")}`,
              ),
              h("button", { type: "button", class: "small", id: "clear", onclick: () => select([]) }, t("clear")),
            ),
            h(
              "div",
              { class: "buttons", role: "group", "aria-label": t("make_rule") },
              h("span", { class: "label" }, t("make_rule")),
              act("make-together", t("rule_together"), () => addGroup("together"), isMany),
              act("make-apart", t("rule_apart"), () => addGroup("apart"), isMany),
              act("make-closed", t("rule_closed"), () => addGroup("closed"), true),
              act("make-exempt", t("rule_exempt"), addExempt, true),
            ),
            h(
              "div",
              { class: "buttons", role: "group", "aria-label": t("wish") },
              h("span", { class: "label" }, t("wish")),
              act("price-together", t("wish_together"), () => this.price("together"), isMany),
              act("price-apart", t("wish_apart"), () => this.price("apart"), isMany),
              act("price-closed", t("rule_closed"), () => this.price("closed"), true),
            ),
            price &&
              h(
                "label",
                { class: "check" },
                h("input", {
                  type: "checkbox",
                  id: "wish-adds",
                  checked: this.adds,
                  onchange: (/** @type {any} */ event) => {
                    this.adds = event.target.checked;
                  },
                }),
                t("wish_adds", { wishes: titleOf(price) }),
              ),
          ),
    );
  }

  /** Which division that exists is drawn on top of the map. */
  overlays() {
    const { geography, over } = get();
    const divisions = geography?.divisions ?? [];
    if (divisions.length === 0) return null;
    return h(
      "label",
      { class: "over" },
      h("span", { class: "sign line-over", "aria-hidden": "true" }),
      h("span", { class: "label" }, t("overlay")),
      h(
        "select",
        {
          id: "overlay",
          onchange: (/** @type {any} */ event) => attempt(() => overlay(event.target.value)),
        },
        h("option", { value: "" }, t("overlay_none")),
        divisions.map(({ key, name }) => h("option", { value: key, selected: key === over }, name)),
      ),
    );
  }

  /**
   * Prices a wish, with those before it where they are to hold, too.
   * @param {"together" | "apart" | "closed"} kind
   */
  price(kind) {
    const adds = this.adds;
    set({ tab: "plan" });
    priceOfWish(kind, adds);
  }
}

customElements.define("rf-rules", RulesPanel);
customElements.define("rf-selection", Selection);
