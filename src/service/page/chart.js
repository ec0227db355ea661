// The chart of a run: the server's drawing, with points that can be chosen.

import { attempt } from "./actions.js";
import { fill, h, svg } from "./dom.js";
import { choosePoint } from "./runs.js";
import { get, watch } from "./store.js";
import { t } from "./words.js";

/** How far from a point a click still means it, in units of the drawing. */
const NEAR = 22;

class RegionChart extends HTMLElement {
  constructor() {
    super();
    /** What is drawn: it is drawn again where that has changed. */
    this.shown = "";
    /** @type {PointerEvent | null} */
    this.pressed = null;
  }

  connectedCallback() {
    watch(["run", "lang"], () => this.draw());
    watch(["point"], () => this.mark());
    // While a front grows its drawing is replaced, and a press on the old one that is let go over the
    // new one is no click: press and release are heard by what holds them both.
    this.addEventListener("pointerdown", (event) => {
      this.pressed = event.isPrimary && event.button === 0 ? event : null;
    });
    this.addEventListener("pointerup", (event) => this.hit(event));
    this.addEventListener("keydown", (event) => this.type(event));
    this.draw();
  }

  draw() {
    const { run, lang } = get();
    const text = run?.chart?.svg ?? "";
    const shown = `${lang} ${run?.answer === null} ${text}`;
    if (shown === this.shown) return;
    this.shown = shown;
    if (!text) {
      fill(this);
      return;
    }
    const drawing = svg(text);
    drawing.setAttribute("tabindex", "0");
    drawing.id = "chart-drawing";
    fill(this, drawing, h("p", { class: "hint" }, t("chart_help")), legend());
    this.mark();
  }

  mark() {
    const { point } = get();
    for (const dot of this.querySelectorAll("[data-point]")) {
      dot.classList.toggle("here", dot.getAttribute("data-point") === point);
    }
  }

  /** @param {PointerEvent} event */
  hit(event) {
    const { pressed } = this;
    this.pressed = null;
    if (!pressed || pressed.pointerId !== event.pointerId) return;
    if (Math.hypot(event.clientX - pressed.clientX, event.clientY - pressed.clientY) > NEAR) return;
    const drawing = /** @type {SVGSVGElement | null} */ (this.querySelector("svg"));
    if (!drawing) return;
    const frame = drawing.getBoundingClientRect();
    if (event.clientY > frame.bottom) return;
    const scale = drawing.viewBox.baseVal.width / frame.width;
    const [x, y] = [(event.clientX - frame.left) * scale, (event.clientY - frame.top) * scale];
    let least = NEAR * Math.max(1, scale);
    let key = "";
    for (const dot of this.querySelectorAll("[data-point]")) {
      const away = Math.hypot(
        Number(dot.getAttribute("cx")) - x,
        Number(dot.getAttribute("cy")) - y,
      );
      if (away < least) {
        least = away;
        key = dot.getAttribute("data-point") ?? "";
      }
    }
    if (key) void attempt(() => choosePoint(key));
  }

  /** @param {KeyboardEvent} event */
  type(event) {
    const points = get().run?.chart?.points ?? [];
    const step = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
    if (!step || points.length === 0) return;
    event.preventDefault();
    const at = points.findIndex((/** @type {any} */ point) => point.key === get().point);
    const next = points[Math.min(points.length - 1, Math.max(0, at + step))];
    void attempt(() => choosePoint(next.key));
  }
}

/** What the marks mean. */
function legend() {
  const entry = (/** @type {string} */ kind, /** @type {string} */ text) =>
    h("li", {}, h("span", { class: `sign ${kind}`, "aria-hidden": "true" }), text);
  const { run } = get();
  const isFront = Boolean(run?.chart?.against);
  return h(
    "ul",
    { class: "legend" },
    entry("dot-proven", t("chart_key_proven")),
    entry("dot-open", t("chart_key_open")),
    isFront && run?.answer === null && entry("line-ceiling", t("chart_key_ceiling")),
    entry("diamond", t("chart_key_today")),
  );
}

customElements.define("rf-chart", RegionChart);
