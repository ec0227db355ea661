// The map: the server's drawing, bound by its `data-` attributes to what is clicked, dragged and typed.

import { broken } from "./plan.js";
import { choose, select } from "./actions.js";
import { arrange, fill, h, put, svg } from "./dom.js";
import { move } from "./prices.js";
import { get, set, watch } from "./store.js";
import { t } from "./words.js";

/** Kinds of outlines, in the order in which they lie upon each other. */
const MARKS = /** @type {const} */ (["stray", "broken", "differs", "selected"]);

/** How far a pointer goes before it drags, in pixels. */
const SLIP = 6;

/** Most that the map is enlarged. */
const CLOSEST = 16;

/** Fill of an area in no region, as the server has it, and of one in a region that it has not drawn yet. */
const NONE = "#DDDDDD";
const NEW = "#FFFFFF";

/** Most areas whose dots are named each. */
const NAMED = 60;

/** Most regions whose names all stand on a map that is not enlarged, and how far it is to be. */
const CROWD = 40;
const NEAR = 1.9;

const XMLNS = "http://www.w3.org/2000/svg";

class RegionMap extends HTMLElement {
  constructor() {
    super();
    /** @type {SVGElement | null} */
    this.drawing = null;
    /** @type {SVGElement[]} Shapes of the areas, in their order */
    this.shapes = [];
    /** Shapes of areas that are seen in the inset, too, by the areas' places. @type {Map<number, SVGElement>} */
    this.twins = new Map();
    /** @type {[number, number, number, number]} */
    this.whole = [0, 0, 1, 1];
    this.zoom = 1;
    /** @type {[number, number]} */
    this.middle = [0, 0];
    this.current = 0;
    /** @type {any} */
    this.grip = null;
    /** What the server drew of the plan that is on the map. @type {any} */
    this.drawn = null;
    /** What is on the layer of the plan, by what the server wrote. @type {Map<string, Element>} */
    this.layer = new Map();
    /** The outlines, by kind and area. @type {Map<string, Element>} */
    this.marks = new Map();
    /** Regions and border that are lit. */
    this.shines = "";
    /** Two fingers on the map: how far apart they are, and their middle. @type {any} */
    this.pinch = null;
  }

  connectedCallback() {
    watch(["geography", "lang"], () => this.draw());
    watch(["plan", "sheet", "geography"], () => this.colour());
    watch(["selection", "plan", "sheet", "geography", "told", "comparison", "price", "tab"], () =>
      this.mark(),
    );
    watch(["overlay", "geography"], () => this.layOver());
    watch(["selection"], () => this.follow());
    watch(["lit"], () => this.light());
    watch(["tab"], () => this.toggleAttribute("data-drags", get().tab === "plan"));
  }

  draw() {
    const { geography } = get();
    if (!geography) return;
    const drawing = svg(geography.map);
    const box = (drawing.getAttribute("viewBox") ?? "0 0 1 1").split(" ").map(Number);
    // Dots may stand in any corner: the buttons are to cover none.
    const beside = geography.hasPolygons ? 0 : box[2] * 0.09;
    this.whole = [box[0], box[1], box[2] + beside, box[3]];
    this.middle = [box[0] + box[2] / 2, box[1] + box[3] / 2];
    this.zoom = 1;
    this.current = Math.min(this.current, geography.areas.length - 1);
    const places = geography.areas.map((area) => area.code);
    /** @type {Map<string, SVGElement>} */
    const byCode = new Map();
    for (const shape of drawing.querySelectorAll("[data-area]")) {
      byCode.set(shape.getAttribute("data-area") ?? "", /** @type {SVGElement} */ (shape));
    }
    this.shapes = places.flatMap((code) => byCode.get(code) ?? []);
    this.shapes.forEach((shape, at) => {
      shape.setAttribute("role", "button");
      shape.setAttribute("tabindex", at === this.current ? "0" : "-1");
      // Its name is told by its label, and to who points at it at once.
      shape.querySelector("title")?.remove();
    });
    // The inset says nothing that the map does not, but to the eye and the pointer.
    this.twins = new Map();
    for (const twin of drawing.querySelectorAll("[data-twin]")) {
      const at = places.indexOf(twin.getAttribute("data-twin") ?? "");
      if (at >= 0) this.twins.set(at, /** @type {SVGElement} */ (twin));
      twin.querySelector("title")?.remove();
    }
    const inset = drawing.querySelector("g.inset[data-scale]");
    inset?.setAttribute("aria-hidden", "true");
    drawing.style.setProperty("--inset", inset?.getAttribute("data-scale") ?? "1");
    if (!geography.hasPolygons && geography.areas.length <= NAMED) {
      const layer = drawing.querySelector("g[data-layer=plan]");
      for (const { name, at } of geography.areas) {
        const text = document.createElementNS(XMLNS, "text");
        text.setAttribute("class", "small dot-name");
        text.setAttribute("x", String(at[0]));
        text.setAttribute("y", String(at[1] + 22));
        text.textContent = name;
        layer?.before(text);
      }
    }
    const marks = document.createElementNS(XMLNS, "g");
    marks.setAttribute("data-layer", "marks");
    const over = document.createElementNS(XMLNS, "g");
    over.setAttribute("data-layer", "over");
    drawing.append(over, marks);
    this.drawing = drawing;
    this.layer = pieces(drawing.querySelector("g[data-layer=plan]"));
    this.marks = new Map();
    this.drawn = null;
    drawing.addEventListener("pointerdown", (event) => this.press(event));
    drawing.addEventListener("pointermove", (event) => this.drag(event));
    drawing.addEventListener("pointerup", (event) => this.release(event));
    drawing.addEventListener("pointercancel", () => this.letGo());
    drawing.addEventListener("keydown", (event) => this.type(event));
    drawing.addEventListener("focusin", (event) => this.arrive(event));
    drawing.addEventListener("wheel", (event) => this.wheel(event), { passive: false });
    drawing.addEventListener("pointerover", (event) => this.hover(event));
    drawing.addEventListener("pointerleave", () => this.leave());
    for (const kind of ["touchstart", "touchmove", "touchend", "touchcancel"]) {
      const act = (/** @type {Event} */ event) => this.touch(/** @type {TouchEvent} */ (event));
      drawing.addEventListener(kind, act, { passive: false });
    }
    this.setAttribute("data-corner", emptiest(geography.areas, this.whole, inset));
    const zoom = (/** @type {number} */ factor) => () => this.enlarge(factor);
    const button = (/** @type {string} */ sign, /** @type {string} */ name, /** @type {any} */ act) =>
      h("button", { type: "button", onclick: act, title: name, "aria-label": name }, sign);
    fill(
      this,
      h("p", { class: "unseen", id: "map-help" }, t("map_help")),
      drawing,
      h(
        "div",
        { class: "zoom", role: "group", "aria-label": t("map") },
        button("+", t("zoom_in"), zoom(1.6)),
        button("−", t("zoom_out"), zoom(1 / 1.6)),
        button("⤢", t("zoom_whole"), zoom(0)),
      ),
      h("span", { class: "ghost", hidden: true, "aria-hidden": "true" }),
      h("span", { class: "tip", hidden: true, "aria-hidden": "true" }),
      h("ul", { class: "legend marks" }),
    );
    drawing.setAttribute("aria-describedby", "map-help");
    this.frame();
    this.colour();
    this.layOver();
    this.mark();
  }

  /** Fills and names by the plan; at once from what is known, and again when the server has drawn it. */
  colour() {
    const { geography, plan, sheet } = get();
    if (!geography || !this.drawing) return;
    this.toggleAttribute("data-plan", plan !== null);
    const colours = colourings(plan, sheet);
    const names = regionNames(plan, sheet);
    this.shapes.forEach((shape, at) => {
      const label = plan?.labels[at] ?? 0;
      // Of a plan that is all new, nothing is known until it is drawn.
      const unknown = colours.size > 0 && label !== 0 ? NEW : NONE;
      put(shape, "fill", colours.get(label) ?? unknown);
      const twin = this.twins.get(at);
      if (twin) put(twin, "fill", colours.get(label) ?? unknown);
      const name = geography.areas[at].name;
      const region = names.get(label);
      const told = !plan ? name : region ? t("area_in", { name, region }) : t("area_alone", { name });
      put(shape, "aria-label", told);
    });
    if (this.drawn !== sheet) {
      this.drawn = sheet;
      this.redraw(sheet ? `<svg>${sheet.layer}</svg>` : geography.map);
    }
  }

  /**
   * Draws borders, centres and names: what the plan before had, too, stays as it is.
   * @param {string} text
   */
  redraw(text) {
    const layer = this.drawing?.querySelector("g[data-layer=plan]");
    if (!layer) return;
    const fresh = pieces(svg(text).querySelector("g[data-layer=plan]"));
    /** @type {Map<string, Element>} */
    const wanted = new Map();
    for (const [key, piece] of fresh) {
      const held = this.layer.get(key) ?? piece;
      // Another plan may number its regions otherwise.
      const border = piece.getAttribute("data-border");
      if (border !== null) put(held, "data-border", border);
      wanted.set(key, held);
    }
    arrange(layer, [...wanted.values()]);
    this.layer = wanted;
    // The names of many small regions, led there by lines, would hide the map: they wait beside it.
    const isCrowd = layer.querySelectorAll("text.name").length > CROWD;
    this.toggleAttribute("data-crowd", isCrowd);
    for (const name of isCrowd ? layer.querySelectorAll("text.name") : []) {
      name.classList.toggle("led", Boolean(name.previousElementSibling?.matches("circle.leader")));
    }
    this.letters();
    this.shines = "?";
    this.light();
  }

  /** Outlines of what is selected, cut off, moved, or where rules are broken. */
  mark() {
    const { geography, plan, told, selection, comparison, price } = get();
    const marks = this.drawing?.querySelector("g[data-layer=marks]");
    if (!geography || !marks) return;
    /** @type {Map<string, Element>} */
    const wanted = new Map();
    /** @type {Set<string>} */
    const kinds = new Set();
    const outline = (/** @type {number} */ area, /** @type {string} */ kind) => {
      const shape = this.shapes[area];
      if (!shape) return;
      const key = `${MARKS.indexOf(/** @type {any} */ (kind))} ${area}`;
      wanted.set(key, this.marks.get(key) ?? outlined(shape, kind));
      const twin = this.twins.get(area);
      if (twin) wanted.set(`${key} twin`, this.marks.get(`${key} twin`) ?? enlarged(twin, kind));
      kinds.add(kind);
    };
    if (plan) {
      const beside = geography.beside(told?.links ?? ["land", "fixed_link"]);
      for (const rule of broken(geography, beside, told, plan.labels)) {
        if (rule.kind === "min" || rule.kind === "max") continue;
        for (const area of rule.areas) outline(area, rule.kind === "parts" ? "stray" : "broken");
      }
    }
    const { tab } = get();
    const differs = { compare: comparison?.differs, plan: price?.shown }[tab];
    for (const area of differs ?? []) outline(area, "differs");
    const selected = new Set(selection);
    this.shapes.forEach((shape, at) => {
      const is = selected.has(geography.areas[at].code);
      put(shape, "aria-pressed", String(is));
      if (is) outline(at, "selected");
    });
    this.marks = new Map([...wanted].sort(([one], [other]) => one.localeCompare(other)));
    arrange(marks, [...this.marks.values()]);
    this.explain(kinds);
  }

  /** What the outlines that are drawn mean. @param {Set<string>} kinds */
  explain(kinds) {
    const legend = this.querySelector(".legend.marks");
    if (!legend) return;
    const { overlay, geography, sheet } = get();
    const isCrowd = (sheet?.regions.length ?? 0) > CROWD && Boolean(get().plan);
    const entry = (/** @type {string} */ kind, /** @type {string} */ text) =>
      h("li", {}, h("span", { class: `sign mark-${kind}`, "aria-hidden": "true" }), text);
    const division = geography?.divisions.find(({ key }) => key === overlay?.key)?.name ?? "";
    fill(
      legend,
      MARKS.toReversed()
        .filter((kind) => kinds.has(kind))
        .map((kind) => entry(kind, t(`legend_${kind}`))),
      division && entry("over", t("legend_over", { division })),
      isCrowd && h("li", {}, t("legend_crowd")),
    );
  }

  /** The borders of a division that exists, on top of everything. */
  layOver() {
    const over = this.drawing?.querySelector("g[data-layer=over]");
    if (!over) return;
    const paths = (get().overlay?.paths ?? []).flatMap((d) =>
      ["over-back", "over"].map((kind) => {
        const path = document.createElementNS(XMLNS, "path");
        path.setAttribute("class", kind);
        path.setAttribute("d", d);
        return path;
      }),
    );
    over.replaceChildren(...paths);
    this.mark();
  }

  /** Goes where the one municipality is that was selected, be it by its name. */
  follow() {
    const { selection, geography } = get();
    const at = selection.length === 1 ? geography?.places.get(selection[0]) : undefined;
    if (at !== undefined) this.go(at, false);
  }

  /** Shows the region or border that is pointed at elsewhere. */
  light() {
    const { lit, plan, sheet } = get();
    if (!this.drawing) return;
    // A pointer that crosses the map lights nothing on it.
    const shines = lit?.labels ? `${lit.labels} ${lit.border}` : "";
    if (shines === this.shines) return;
    this.shines = shines;
    this.toggleAttribute("data-lit", Boolean(lit?.labels));
    this.shapes.forEach((shape, at) => {
      const label = plan ? sheet?.labels[at] : undefined;
      const is = Boolean(lit?.labels?.includes(label));
      shape.classList.toggle("lit", is);
      this.twins.get(at)?.classList.toggle("lit", is);
    });
    for (const border of this.drawing.querySelectorAll("[data-border]")) {
      border.classList.toggle("lit", border.getAttribute("data-border") === lit?.border);
    }
  }

  /** @param {PointerEvent} event */
  hover(event) {
    const area = this.areaOf(event.target);
    const { plan, sheet } = get();
    const label = area >= 0 && plan && sheet ? sheet.labels[area] : undefined;
    set({ lit: label === undefined ? null : { row: label } });
    this.tell(event, area);
  }

  /**
   * Names the area under a mouse; a finger hides what it points at, and selects.
   * @param {PointerEvent} event
   * @param {number} area
   */
  tell(event, area) {
    const tip = /** @type {HTMLElement | null} */ (this.querySelector(".tip"));
    const { geography, plan, sheet } = get();
    if (!tip || !geography) return;
    tip.hidden = area < 0 || event.pointerType === "touch" || this.grip?.kind === "move";
    if (tip.hidden) return;
    const { name, population } = geography.areas[area];
    const region = plan ? regionNames(plan, sheet).get(plan.labels[area]) : undefined;
    const text = t("tip", { region: region ? `${region} · ` : "", people: population });
    fill(tip, h("strong", {}, name), h("span", {}, text));
    this.placeTip(event);
  }

  /** @param {PointerEvent} event */
  placeTip(event) {
    const tip = /** @type {HTMLElement | null} */ (this.querySelector(".tip"));
    if (!tip || tip.hidden) return;
    const frame = this.getBoundingClientRect();
    const [x, y] = [event.clientX - frame.left, event.clientY - frame.top];
    // Left of the pointer where there is no room to its right.
    const isRight = x + tip.offsetWidth + 18 > frame.width;
    tip.style.left = `${isRight ? x - tip.offsetWidth - 12 : x + 14}px`;
    tip.style.top = `${y + 14}px`;
  }

  leave() {
    set({ lit: null });
    const tip = /** @type {HTMLElement | null} */ (this.querySelector(".tip"));
    if (tip) tip.hidden = true;
  }

  /**
   * The place of the area that an element shows; -1 where it is none.
   * @param {EventTarget | null} target
   */
  areaOf(target) {
    const shape = target instanceof Element ? target.closest("[data-area], [data-twin]") : null;
    if (!shape) return -1;
    const twin = [...this.twins].find(([, twin]) => twin === shape);
    return twin ? twin[0] : this.shapes.indexOf(/** @type {SVGElement} */ (shape));
  }

  /** @param {PointerEvent} event */
  press(event) {
    if (event.button !== 0) return;
    const area = this.areaOf(event.target);
    const { tab, plan } = get();
    const mayMove = area >= 0 && tab === "plan" && plan !== null;
    this.grip = {
      area,
      from: [event.clientX, event.clientY],
      kind: "press",
      mayMove,
      pans: !mayMove && this.zoom > 1,
    };
  }

  /** @param {PointerEvent} event */
  drag(event) {
    const { grip, drawing } = this;
    this.placeTip(event);
    if (!grip || !drawing) return;
    const [x, y] = grip.from;
    const far = Math.hypot(event.clientX - x, event.clientY - y) >= SLIP;
    if (grip.kind === "press" && far && (grip.mayMove || grip.pans)) {
      grip.kind = grip.mayMove ? "move" : "pan";
      drawing.setPointerCapture(event.pointerId);
      this.toggleAttribute("data-moving", true);
      this.leave();
    }
    if (grip.kind === "pan") {
      const scale = this.whole[2] / this.zoom / drawing.clientWidth;
      this.middle = [
        this.middle[0] - (event.clientX - x) * scale,
        this.middle[1] - (event.clientY - y) * scale,
      ];
      grip.from = [event.clientX, event.clientY];
      this.frame();
    } else if (grip.kind === "move") {
      event.preventDefault();
      const over = this.areaOf(document.elementFromPoint(event.clientX, event.clientY));
      const { plan, geography } = get();
      const label = plan && over >= 0 ? plan.labels[over] : 0;
      const isElsewhere = Boolean(plan && label !== 0 && label !== plan.labels[grip.area]);
      const to = isElsewhere ? label : undefined;
      if (to !== grip.to) {
        grip.to = to;
        this.shapes.forEach((shape, at) => {
          const is = isElsewhere && plan?.labels[at] === label;
          shape.classList.toggle("target", is);
          this.twins.get(at)?.classList.toggle("target", is);
        });
      }
      const ghost = /** @type {HTMLElement} */ (this.querySelector(".ghost"));
      const frame = this.getBoundingClientRect();
      ghost.hidden = false;
      ghost.textContent = geography?.areas[grip.area].name ?? "";
      ghost.style.left = `${event.clientX - frame.left + 12}px`;
      ghost.style.top = `${event.clientY - frame.top + 12}px`;
    }
  }

  /** @param {PointerEvent} event */
  release(event) {
    const { grip } = this;
    this.letGo();
    if (!grip) return;
    if (grip.kind === "move") {
      if (grip.to !== undefined) move(grip.area, grip.to);
    } else if (grip.kind === "press" && grip.area >= 0) {
      this.go(grip.area, false);
      choose(grip.area, event.shiftKey || event.ctrlKey || event.metaKey);
    }
  }

  letGo() {
    this.grip = null;
    this.toggleAttribute("data-moving", false);
    for (const shape of [...this.shapes, ...this.twins.values()]) shape.classList.remove("target");
    const ghost = /** @type {HTMLElement | null} */ (this.querySelector(".ghost"));
    if (ghost) ghost.hidden = true;
  }

  /** @param {Event} event */
  arrive(event) {
    const area = this.areaOf(event.target);
    if (area >= 0) this.go(area, false);
  }

  /** @param {KeyboardEvent} event */
  type(event) {
    const { geography } = get();
    if (!geography || event.altKey || event.ctrlKey || event.metaKey) return;
    const ways = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
    const way = ways[/** @type {keyof typeof ways} */ (event.key)];
    if (way) this.go(nearest(geography.areas, this.current, way), true);
    else if (event.key === "Enter" || event.key === " ") choose(this.current, event.shiftKey);
    else if (event.key === "+") this.enlarge(1.6);
    else if (event.key === "-") this.enlarge(1 / 1.6);
    else if (event.key === "0") this.enlarge(0);
    else if (event.key === "Escape") select([]);
    else return;
    event.preventDefault();
  }

  /**
   * Makes an area the one that keys act on.
   * @param {number} area
   * @param {boolean} focus
   */
  go(area, focus) {
    this.shapes[this.current]?.setAttribute("tabindex", "-1");
    this.current = area;
    const shape = this.shapes[area];
    shape?.setAttribute("tabindex", "0");
    if (focus) shape?.focus();
  }

  /**
   * Enlarges the map by a factor; 0 shows all of it.
   * @param {number} factor
   * @param {[number, number]} [at] what stays in its place, in units of the drawing
   */
  enlarge(factor, at = undefined) {
    const before = this.zoom;
    this.zoom = factor === 0 ? 1 : Math.min(CLOSEST, Math.max(1, before * factor));
    const { geography, selection } = get();
    const focus = at ?? (selection.length > 0 ? geography?.areas[this.current].at : undefined);
    if (focus && this.zoom > 1) {
      const keep = before / this.zoom;
      this.middle = [
        focus[0] + (this.middle[0] - focus[0]) * (at ? keep : 0),
        focus[1] + (this.middle[1] - focus[1]) * (at ? keep : 0),
      ];
    }
    this.frame();
    this.letters();
  }

  /**
   * Where a point of the screen lies on the drawing, whose whole fits its frame.
   * @param {number} x
   * @param {number} y
   * @returns {[number, number]}
   */
  placeOf(x, y) {
    const drawing = /** @type {SVGSVGElement} */ (/** @type {unknown} */ (this.drawing));
    const matrix = drawing.getScreenCTM();
    const at = new DOMPoint(x, y).matrixTransform(matrix?.inverse());
    return [at.x, at.y];
  }

  /**
   * A wheel zooms a map that is used: one that has the focus, or is enlarged already. Otherwise it
   * scrolls the page, as everywhere, unless Ctrl is held, as a touchpad does for two fingers.
   * @param {WheelEvent} event
   */
  wheel(event) {
    const isUsed = event.ctrlKey || this.zoom > 1 || this.contains(document.activeElement);
    const isWhole = this.zoom === 1 && event.deltaY > 0;
    if (!this.drawing || !isUsed || (isWhole && !event.ctrlKey)) return;
    event.preventDefault();
    this.enlarge(event.deltaY < 0 ? 1.25 : 0.8, this.placeOf(event.clientX, event.clientY));
  }

  /**
   * Two fingers enlarge the map and move it; one is a pointer as a mouse is.
   * @param {TouchEvent} event
   */
  touch(event) {
    if (event.touches.length !== 2) {
      this.pinch = null;
      return;
    }
    event.preventDefault();
    this.letGo();
    const [one, other] = event.touches;
    const apart = Math.hypot(one.clientX - other.clientX, one.clientY - other.clientY);
    const [x, y] = [(one.clientX + other.clientX) / 2, (one.clientY + other.clientY) / 2];
    const before = this.pinch;
    this.pinch = { apart, x, y };
    if (!before || before.apart === 0) return;
    const [from, to] = [this.placeOf(before.x, before.y), this.placeOf(x, y)];
    this.middle = [this.middle[0] + from[0] - to[0], this.middle[1] + from[1] - to[1]];
    this.frame();
    this.enlarge(apart / before.apart, this.placeOf(x, y));
  }

  /** Shows the part of the map around its middle. */
  frame() {
    const [x, y, width, height] = this.whole;
    const [wide, high] = [width / this.zoom, height / this.zoom];
    const within = (/** @type {number} */ at, /** @type {number} */ from, /** @type {number} */ to) =>
      Math.min(Math.max(at, from), to);
    this.middle = [
      within(this.middle[0], x + wide / 2, x + width - wide / 2),
      within(this.middle[1], y + high / 2, y + height - high / 2),
    ];
    const corner = [this.middle[0] - wide / 2, this.middle[1] - high / 2];
    this.drawing?.setAttribute("viewBox", `${corner[0]} ${corner[1]} ${wide} ${high}`);
    this.drawing?.style.setProperty("--zoom", String(this.zoom));
    this.toggleAttribute("data-zoomed", this.zoom > 1);
    this.toggleAttribute("data-near", this.zoom >= NEAR);
  }

  /** Letters do not grow with the map. */
  letters() {
    for (const name of this.drawing?.querySelectorAll("text.name[font-size]") ?? []) {
      const text = /** @type {SVGElement} */ (name);
      text.dataset.size ??= text.getAttribute("font-size") ?? "14";
      put(text, "font-size", String(Number(text.dataset.size) / this.zoom));
    }
  }
}

/**
 * The corner of a map where fewest areas lie, so that buttons there cover least.
 * @param {import("./geography.js").Area[]} areas
 * @param {[number, number, number, number]} whole
 * @param {Element | null} inset which is to be covered as little
 */
function emptiest(areas, [left, top, width, height], inset) {
  const corners = /** @type {const} */ (["top right", "bottom left", "top left", "bottom right"]);
  const frame = inset?.querySelector(".inset-back");
  const [x, y, wide, high] = ["x", "y", "width", "height"].map((name) => Number(frame?.getAttribute(name) ?? 0));
  const edges = [x, x + wide].flatMap((across) => [y, y + high].map((down) => [across, down]));
  const covered = corners.map((corner) => {
    const isCovered = (/** @type {number[]} */ [x, y]) => {
      const across = corner.endsWith("right") ? left + width - x : x - left;
      const down = corner.startsWith("top") ? y - top : top + height - y;
      return across < width * 0.16 && down < height * 0.36;
    };
    const framed = frame && edges.some(isCovered) ? areas.length : 0;
    return framed + areas.filter(({ at }) => isCovered(at)).length;
  });
  return corners[covered.indexOf(Math.min(...covered))];
}

/**
 * The parts of the layer of a plan, by what the server wrote; the number of a border's regions aside.
 * @param {Element | null} layer
 */
function pieces(layer) {
  /** @type {Map<string, Element>} */
  const found = new Map();
  for (const piece of layer?.children ?? []) {
    const said = piece.getAttribute("d") ?? piece.outerHTML;
    let key = `${piece.getAttribute("class")} ${said}`;
    while (found.has(key)) key += "+";
    found.set(key, piece);
  }
  return found;
}

/**
 * The outline of an area.
 * @param {SVGElement} shape
 * @param {string} kind
 */
function outlined(shape, kind) {
  const copy = /** @type {SVGElement} */ (shape.cloneNode(false));
  for (const name of ["data-area", "role", "tabindex", "aria-label", "aria-pressed", "fill"]) {
    copy.removeAttribute(name);
  }
  copy.setAttribute("class", `mark ${kind}`);
  copy.setAttribute("data-mark", kind);
  return copy;
}

/**
 * The outline of an area in the inset.
 * @param {SVGElement} twin
 * @param {string} kind
 */
function enlarged(twin, kind) {
  const outer = /** @type {SVGElement} */ (twin.closest("g[clip-path]")?.cloneNode(false));
  const inner = /** @type {SVGElement} */ (twin.closest("g[transform]")?.cloneNode(false));
  const copy = outlined(twin, kind);
  copy.removeAttribute("data-twin");
  copy.removeAttribute("data-mark");
  inner.append(copy);
  outer.append(inner);
  outer.setAttribute("class", "inset");
  return outer;
}

/**
 * The fill of every label of a plan. A plan that the server has not drawn yet keeps the fills of the one
 * it has.
 * @param {import("./store.js").Plan | null} plan
 * @param {any} sheet
 * @returns {Map<number, string>}
 */
export function colourings(plan, sheet) {
  const found = new Map();
  if (!plan || !sheet) return found;
  const of = sheet.of ?? [];
  plan.labels.forEach((label, at) => {
    if (label !== 0 && of[at] === label) found.set(label, sheet.colours[sheet.labels[at] - 1]);
  });
  return found;
}

/**
 * The name of every label of a plan, as far as the server has named it.
 * @param {import("./store.js").Plan | null} plan
 * @param {any} sheet
 * @returns {Map<number, string>}
 */
export function regionNames(plan, sheet) {
  const found = new Map();
  if (!plan || !sheet) return found;
  const names = new Map(sheet.regions.map((/** @type {any} */ region) => [region.id, region.name]));
  const of = sheet.of ?? [];
  plan.labels.forEach((label, at) => {
    if (label !== 0 && of[at] === label) found.set(label, names.get(sheet.labels[at]));
  });
  return found;
}

/**
 * The area nearest to one in a direction: what lies aside counts double.
 * @param {import("./geography.js").Area[]} areas
 * @param {number} from
 * @param {number[]} way
 */
function nearest(areas, from, way) {
  const [x, y] = areas[from].at;
  let best = from;
  let least = Infinity;
  areas.forEach((area, at) => {
    const [dx, dy] = [area.at[0] - x, area.at[1] - y];
    const along = dx * way[0] + dy * way[1];
    const aside = Math.abs(dx * way[1]) + Math.abs(dy * way[0]);
    if (at !== from && along > 0 && along + 2 * aside < least) {
      least = along + 2 * aside;
      best = at;
    }
  });
  return best;
}

customElements.define("rf-map", RegionMap);
