// Prices: of a move by itself, and of the best plan in which a move or some wishes hold, proven.

import { attempt, changeRules, refreshSheet, ruleInputs, select, show } from "./actions.js";
import { answer, Problem } from "./api.js";
import { broken, centre, change, differing, fromAssignment, moved, regions } from "./plan.js";
import { GROUPS, withGroup } from "./rules.js";
import { get, remember, set } from "./store.js";
import { altered, named, wishTitle } from "./telling.js";
import { beginPrice } from "./underway.js";

/** @typedef {import("./geography.js").Geography} Geography */
/** @typedef {import("./store.js").Plan} Plan */
/** @typedef {"together" | "apart" | "closed"} Kind */

/**
 * A wish: of these areas shall hold that. One that comes of a move says which, and to whose region.
 * @typedef {{kind: Kind, codes: string[], move?: {code: string, to: string}}} Wish
 */

/**
 * What is priced, and what is known of it so far.
 * @typedef {object} Price
 * @property {Wish[]} wishes that hold all at once
 * @property {{change: number, breaks: import("./plan.js").Broken[]} | null} alone the move by itself
 * @property {number} k
 * @property {number} time longest time, in seconds
 * @property {any} best the best plan with the wishes; null where none is asked for
 * @property {number[]} [shown] areas that it moves
 */

/** Longest time for a price, in seconds, and for one that nobody wants to leave open. */
const TIMES = [60, 600];

/**
 * Moves an area to another region, and tells both prices.
 * @param {number} area
 * @param {number} to label
 */
export function move(area, to) {
  const { geography, plan } = get();
  if (!geography || !plan || plan.labels[area] === to) return;
  priceOfMove(area, to);
  remember();
  const labels = moved(plan.labels, area, to);
  set({ plan: altered(plan, labels) });
  select([geography.areas[area].code]);
  void attempt(refreshSheet);
}

/**
 * The prices of a move: of itself at once, of the best plan in which the area belongs there a moment later.
 * @param {number} area
 * @param {number} to label
 */
export function priceOfMove(area, to) {
  const { geography, plan, told } = get();
  if (!geography || !plan) return;
  const others = plan.labels.flatMap((label, at) => (label === to && at !== area ? [at] : []));
  const beside = geography.beside(told?.links ?? ["land", "fixed_link"]);
  const labels = moved(plan.labels, area, to);
  const before = broken(geography, beside, told, plan.labels).map((rule) => JSON.stringify(rule));
  const breaks = broken(geography, beside, told, labels)
    .filter((rule) => !before.includes(JSON.stringify(rule)))
    .map(named);
  const { code } = geography.areas[area];
  const core = others.length > 0 ? geography.areas[centre(geography, others)] : null;
  /** @type {Wish} */
  const wish = core
    ? { kind: "together", codes: [code, core.code], move: { code, to: core.code } }
    : { kind: "closed", codes: [code] };
  const alone = { change: change(geography, plan.labels, area, to), breaks };
  void attempt(() => price([wish], alone));
}

/**
 * The price of a wish about the areas that are selected.
 * @param {Kind} kind
 * @param {boolean} [adds] whether the wishes before it are to hold, too
 */
export function priceOfWish(kind, adds = false) {
  const { geography, selection, price: before } = get();
  if (!geography) return;
  /** @type {Wish} */
  const wish = { kind, codes: selection };
  const others = adds ? (before?.wishes ?? []) : [];
  const isOther = (/** @type {Wish} */ one) =>
    one.kind !== kind || [...one.codes].sort().join() !== [...wish.codes].sort().join();
  void attempt(() => price([...others.filter(isOther), wish], null));
}

/** The price of the wishes but one. @param {number} at */
export function dropWish(at) {
  const wishes = get().price?.wishes.filter((_, other) => other !== at) ?? [];
  if (wishes.length === 0) set({ price: null });
  else void attempt(() => price(wishes, null));
}

/** Goes on with a price that is open, for longer. */
export function searchOn() {
  const { price: shown } = get();
  if (shown) void attempt(() => price(shown.wishes, shown.alone, TIMES[1]));
}

/** Whether a price that is open can be gone on with. */
export function maySearchOn() {
  return (get().price?.time ?? TIMES[1]) < TIMES[1];
}

/** How many regions a price is about. */
function count() {
  const { plan, told } = get();
  if (plan) return regions(plan.labels).size;
  return told?.k?.[0] ?? 9;
}

/**
 * Proves what wishes cost: the best plan with all of them against the best plan without.
 * @param {Wish[]} wishes
 * @param {Price["alone"]} alone
 * @param {number} [time]
 */
async function price(wishes, alone, time = TIMES[0]) {
  const { signal, isLatest } = beginPrice();
  const { instance, geography, plan, isReadOnly } = get();
  const k = count();
  const asked = { wishes, alone, k, time };
  set({ price: { ...asked, best: isReadOnly ? null : { state: "waiting" } } });
  if (isReadOnly || !geography) return;
  const inputs = { instance: instance.id, ...ruleInputs(), k, time_limit: time };
  /** @type {Record<string, any>} */
  let wished = inputs;
  for (const { kind, codes } of wishes) {
    const key = GROUPS[kind];
    // In whatever order they were clicked, it is the same question.
    wished = { ...wished, [key]: [...(wished[key] ?? []), [...codes].sort()] };
  }
  const codes = wishes.flatMap((wish) => wish.codes);
  /** @type {any} */
  let best;
  try {
    const attended = { signal, isAttended: true };
    const [without, within] = await Promise.all([
      answer("solve", inputs, attended),
      answer("solve", wished, attended),
    ]);
    best = compared(geography, plan, codes, without.result.results[0], within.result.results[0]);
    best.source = { job: within.job, plan: String(k) };
  } catch (error) {
    if (signal.aborted) return;
    // Rules that contradict each other are refused before any solving: that is an answer, too.
    if (!(error instanceof Problem) || error.status !== 400) {
      if (!(error instanceof Problem && error.code === "E611")) throw error;
      best = { state: "unknown" };
    } else {
      best = { state: "none", because: error.defects };
    }
  }
  if (isLatest()) set({ price: { ...asked, best, shown: best.moves } });
}

/**
 * What the best plan with some wishes costs against the best one without, and who else moves.
 * @param {Geography} geography
 * @param {Plan | null} plan
 * @param {string[]} codes
 * @param {any} without
 * @param {any} within
 */
function compared(geography, plan, codes, without, within) {
  if (within.termination === "infeasible") {
    const { summary } = within.explanation ?? {};
    return { state: "none", because: summary ? [{ what: summary }] : [] };
  }
  if (within.objective === null || within.objective === undefined) return { state: "unknown" };
  const labels = fromAssignment(geography, within.assignment);
  const isProven = [without, within].every((result) => result.solution === "proven_optimal");
  const isKin = plan && regions(plan.labels).size === within.k && !plan.labels.includes(0);
  const beside = isKin
    ? plan.labels
    : without.assignment
      ? fromAssignment(geography, without.assignment)
      : labels;
  const moves = differing(geography, beside, labels);
  const wished = new Set(codes.map((code) => geography.places.get(code)));
  const known = without.objective ?? null;
  return {
    state: isProven ? "proven" : "open",
    objective: within.objective,
    bound: within.bound,
    change: known === null ? null : within.objective - known,
    low: within.objective - (without.bound ?? within.objective),
    high: Math.min(0, within.bound - (known ?? within.bound)),
    labels,
    moves,
    others: moves.filter((area) => !wished.has(area)),
  };
}

/** What the wishes that are priced are called together. @param {Price} price */
export function titleOf(price) {
  return price.wishes.map(wishTitle).join("; ");
}

/** Shows the best plan of the price that is shown. */
export function showPriced() {
  const { price: shown } = get();
  if (!shown?.best?.labels) return;
  remember();
  const { labels, source, state, bound } = shown.best;
  const { wishes } = shown;
  const plan = { labels, name: "", wishes, source, isProven: state === "proven", bound };
  void attempt(() => show(plan));
}

/** Makes rules of the wishes whose price is shown. */
export function keepPriced() {
  const { price: shown } = get();
  if (!shown) return;
  changeRules((rules) =>
    shown.wishes.reduce((all, wish) => withGroup(all, wish.kind, wish.codes), rules),
  );
}
