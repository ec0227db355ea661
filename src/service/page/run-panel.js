// The panel where questions are asked and fronts are watched.

import { attempt } from "./actions.js";
import { fill, h } from "./dom.js";
import { counted, n, table } from "./parts.js";
import { choosePoint, explain, openRun, start, stop } from "./runs.js";
import { get, set, watch } from "./store.js";
import { many, maybe, number, t } from "./words.js";
import "./chart.js";

const AGAINST = /** @type {const} */ ([
  "min-population",
  "max-population",
  "min-areas",
  "min-jobs",
  "min-employed",
  "min-self-containment",
  "kept-together",
  "distance",
  "other-year",
]);

/** Longest time unless the user says otherwise, in seconds. */
const TIME = "60";

class RunPanel extends HTMLElement {
  constructor() {
    super();
    this.form = { k: "", against: "", reference: "", time: TIME };
    this.instance = "";
  }

  connectedCallback() {
    this.question = h("div");
    this.status = h("div");
    // It stays the same button while all about it is drawn again: a click takes a moment.
    this.ending = h("div");
    this.told = h("div");
    this.answer = h("div", { class: "run", id: "run", "aria-live": "off" }, this.status, this.ending, this.told);
    this.chart = h("rf-chart");
    this.points = h("div");
    this.earlier = h("div");
    this.append(this.question, this.answer, this.chart, this.points, this.earlier);
    watch(["instance", "told", "lang", "isReadOnly", "geography"], () => this.ask());
    watch(["run", "lang"], () => this.tell());
    watch(["run", "lang", "point"], () => this.list());
    watch(["runs", "lang", "run"], () => this.before());
  }

  ask() {
    const { instance, told, geography, isReadOnly } = get();
    if (!instance || !geography || !this.question) return;
    if (this.instance !== instance.id) {
      this.instance = instance.id;
      this.form = { ...this.form, k: "", reference: "" };
    }
    if (!this.form.k && told) this.form.k = ranges(told.k) || "2..8";
    const keep = (/** @type {"k" | "against" | "reference" | "time"} */ key) => (
      /** @type {any} */ event,
    ) => {
      this.form = { ...this.form, [key]: event.target.value };
      if (key === "against") this.ask();
    };
    if (isReadOnly) {
      fill(this.question, h("h2", {}, t("run_title")), h("p", { class: "hint" }, t("read_only")));
      return;
    }
    // What some objectives refer to: a division, a year.
    const division = (/** @type {any} */ { key: value, name: text }) => ({ value, text });
    const year = (/** @type {number} */ one) => ({ value: `${one}`, text: `${one}` });
    /** @type {Record<string, {value: string, text: string}[]>} */
    const referred = {
      "kept-together": geography.divisions.map(division),
      "other-year": geography.otherYears.map(year),
    };
    const kinds = AGAINST.filter((kind) => !referred[kind] || referred[kind].length > 0);
    const choices = referred[this.form.against] ?? [];
    if (!choices.some((choice) => choice.value === this.form.reference)) {
      this.form.reference = choices[0]?.value ?? "";
    }
    fill(
      this.question,
      h("h2", {}, t("run_title")),
      h(
        "form",
        {
          class: "ask",
          onsubmit: (/** @type {Event} */ event) => {
            event.preventDefault();
            void attempt(() => start(this.form));
          },
        },
        h(
          "label",
          { class: "field" },
          h("span", { class: "label" }, t("counts")),
          h("input", {
            id: "k",
            value: this.form.k,
            oninput: keep("k"),
            "aria-describedby": "k-help",
            required: true,
          }),
          h("span", { class: "hint", id: "k-help" }, t("counts_help")),
        ),
        h(
          "label",
          { class: "field" },
          h("span", { class: "label" }, t("against")),
          h(
            "select",
            { id: "against", onchange: keep("against") },
            h("option", { value: "" }, t("against_none")),
            kinds.map((kind) =>
              h(
                "option",
                { value: kind, selected: kind === this.form.against },
                t(`against_${kind}`),
              ),
            ),
          ),
        ),
        choices.length > 0 &&
          h(
            "label",
            { class: "field" },
            h(
              "span",
              { class: "label" },
              t(
                this.form.against === "other-year"
                  ? "reference_other-year"
                  : "reference_kept-together",
              ),
            ),
            h(
              "select",
              { id: "reference", onchange: keep("reference") },
              choices.map(({ value, text }) =>
                h("option", { value, selected: value === this.form.reference }, text),
              ),
            ),
          ),
        h(
          "label",
          { class: "field" },
          h("span", { class: "label" }, t("time")),
          h("input", { id: "time", inputMode: "numeric", value: this.form.time, oninput: keep("time") }),
        ),
        h("button", { type: "submit", class: "main", id: "solve" }, t("run")),
      ),
    );
  }

  tell() {
    const { run, isReadOnly } = get();
    if (!this.status || !this.ending || !this.told) return;
    const mayStop = run !== null && ["accepted", "running"].includes(run.job.status) && !isReadOnly;
    if (!mayStop) fill(this.ending);
    else if (this.ending.firstElementChild?.textContent !== t("stop")) {
      fill(this.ending, h("button", { type: "button", id: "stop", onclick: () => attempt(stop) }, t("stop")));
    }
    if (!run) {
      fill(this.status);
      fill(this.told);
      return;
    }
    const { job, chart, bound } = run;
    const isOver = job.status !== "accepted" && job.status !== "running";
    const status =
      job.status === "accepted" && job.position
        ? t("status_accepted_at", { n: job.position })
        : maybe(`status_${job.status}`, job.status);
    const points = chart?.points ?? [];
    const open = points.filter((/** @type {any} */ point) => point.bound > point.objective).length;
    const results = run.answer?.results ?? run.answer?.fronts ?? [];
    const without = results.filter(
      (/** @type {any} */ one) => !one.regions?.length && !one.points?.length,
    );
    const none = without.filter((/** @type {any} */ one) => one.termination === "infeasible");
    fill(
      this.status,
      h(
        "p",
        { class: "status", id: "status", "data-status": job.status },
        h("span", { class: `badge ${isOver ? (job.status === "successful" ? "proven" : "open") : ""}` }, status),
        points.length > 0 && ` ${many("points", points.length)}, `,
        points.length > 0 && t("points_proven", { n: points.length - open }),
        open > 0 && `, ${many("points_open", open)}`,
      ),
      !isOver && bound && h("p", { class: "hint" }, t("bound_now", { n: bound })),
    );
    fill(
      this.told,
      job.status === "failed" && h("p", { class: "warning" }, job.problem?.detail ?? job.message),
      without.map((/** @type {any} */ one) =>
        h(
          "p",
          { class: "warning" },
          t(one.termination === "infeasible" ? "infeasible" : "without_plan", { k: String(one.k) }),
          one.explanation?.summary && ` ${one.explanation.summary}.`,
        ),
      ),
      none.length > 0 &&
        !isReadOnly &&
        h(
          "button",
          {
            type: "button",
            id: "why-not",
            onclick: () => tellWhy(none),
          },
          t("why_not"),
        ),
    );
  }

  list() {
    const { run, point } = get();
    if (!this.points) return;
    const points = run?.chart?.points ?? [];
    if (points.length === 0) {
      fill(this.points);
      return;
    }
    const against = run.chart.against_name;
    const rows = points.map((/** @type {any} */ one) =>
      h(
        "tr",
        { class: one.key === point ? "here" : "" },
        h(
          "th",
          { scope: "row" },
          h(
            "button",
            {
              type: "button",
              class: "plain",
              id: `point-${one.key}`,
              "aria-pressed": String(one.key === point),
              onclick: () => attempt(() => choosePoint(one.key)),
            },
            many("plan_of", one.k),
          ),
        ),
        n(one.objective),
        against && n(one.score_text),
        h(
          "td",
          { class: one.bound > one.objective ? "open" : "proven" },
          one.bound > one.objective ? `≤ ${number(one.bound)}` : t("proven"),
        ),
      ),
    );
    const heads = [t("k"), counted(t("inside")), ...(against ? [counted(against)] : []), t("bound")];
    fill(
      this.points,
      h(
        "details",
        { id: "points" },
        h("summary", {}, t("points_table")),
        table(t("points_table"), heads, rows),
      ),
    );
  }

  before() {
    const { runs, run } = get();
    if (!this.earlier) return;
    const name = (/** @type {any} */ job) => {
      const process = job.inputs.against
        ? `${t("run_front")}: ${maybe(`against_${job.inputs.against}`, String(job.inputs.against))}`
        : t(job.processID === "front" ? "run_front" : "run_solve");
      const k = Array.isArray(job.inputs.k) ? job.inputs.k.join(",") : (job.inputs.k ?? "–");
      return t("run_line", { process, k: String(k) });
    };
    const shown = runs.filter((/** @type {any} */ job) => job.jobID !== run?.id).slice(0, 30);
    fill(
      this.earlier,
      h("h3", {}, t("runs")),
      shown.length === 0
        ? h("p", { class: "quiet" }, t("runs_none"))
        : h(
            "ul",
            { class: "runs" },
            shown.map((/** @type {any} */ job) =>
              h(
                "li",
                {},
                h(
                  "button",
                  {
                    type: "button",
                    class: "plain",
                    id: `run-${job.jobID}`,
                    onclick: () => attempt(() => openRun(job.jobID)),
                  },
                  name(job),
                ),
                h("span", { class: "quiet" }, ` ${job.finished?.slice(0, 16).replace("T", " ") ?? ""}`),
              ),
            ),
          ),
    );
  }
}

/**
 * Why there is no plan: as the run said it, else as the server finds out.
 * @param {any[]} results
 */
function tellWhy(results) {
  const explanations = results.flatMap((one) => one.explanation ?? []);
  if (explanations.length === results.length) {
    set({ notice: { kind: "explanation", result: { explanations } } });
  } else {
    void attempt(() => explain(results.map((one) => one.k).join(",")));
  }
}

/**
 * Numbers as the command line writes them: 6..9 for four in a row.
 * @param {number[]} numbers
 */
function ranges(numbers) {
  /** @type {number[][]} */
  const runs = [];
  for (const number of numbers) {
    const last = runs.at(-1);
    if (last && last[1] + 1 === number) last[1] = number;
    else runs.push([number, number]);
  }
  return runs.map(([from, to]) => (from === to ? String(from) : `${from}..${to}`)).join(",");
}

customElements.define("rf-run", RunPanel);
