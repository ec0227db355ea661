// What the page knows, in one place, and who wants to hear of changes.

/**
 * Rules of a question: the inputs of the process `solve` that are rules.
 * @typedef {Record<string, any>} Rules
 */

/**
 * A plan: the region of every area in the order of the atlas, 0 where it stands in none.
 * @typedef {object} Plan
 * @property {number[]} labels
 * @property {string} name what people call it, where it is neither of the two that follow
 * @property {string} [run] the run that it came of
 * @property {string} [point] the point of that run that it was
 * @property {boolean} [isChanged] whether it was changed by hand since
 * @property {string} [division] key of the division that it began from; empty for nothing
 * @property {import("./prices.js").Wish[]} [wishes] the wishes that it is the best plan for
 * @property {{job: string, plan: string} | null} source where it came from; null once it was changed
 * @property {boolean} [isProven] whether it is proven best
 * @property {number | null} [bound] no plan that demands as much holds more
 */

/**
 * @typedef {object} State
 * @property {"en" | "nb"} lang
 * @property {boolean} isReadOnly
 * @property {any[]} instances
 * @property {any} instance the instance that is open
 * @property {import("./geography.js").Geography | null} geography
 * @property {Rules} rules
 * @property {string | null} scenario the scenario that the rules are, unchanged
 * @property {Record<string, Record<"en" | "nb", import("./scenarios.js").Told>>} titles what scenarios are called, by key
 * @property {any} told what the server made of the rules
 * @property {any} rulesProblem why it made nothing of them
 * @property {string[]} selection codes
 * @property {string} tab
 * @property {any[]} runs runs about the instance that have ended
 * @property {any} run the run that is shown
 * @property {string} point the point of the run that is shown
 * @property {Plan | null} plan
 * @property {any} sheet what the server drew of the plan
 * @property {import("./prices.js").Price | null} price the prices that are shown
 * @property {Plan[]} kept plans kept aside
 * @property {any} comparison
 * @property {string} over key of the division that is drawn on top; empty for none
 * @property {{key: string, paths: string[]} | null} overlay its borders
 * @property {any} lit a region or border that is pointed at
 * @property {any[]} files files of the run
 * @property {any} notice
 * @property {number} undoable how many changes can be undone
 * @property {number} redoable how many can be done again
 */

/** What is known of an instance before anything is asked about it. */
export function blank() {
  return {
    geography: null,
    /** @type {Rules} */
    rules: {},
    /** @type {string | null} */
    scenario: null,
    /** @type {State["titles"]} */
    titles: {},
    told: null,
    rulesProblem: null,
    /** @type {string[]} */
    selection: [],
    /** @type {any[]} */
    runs: [],
    run: null,
    point: "",
    plan: null,
    sheet: null,
    price: null,
    /** @type {Plan[]} */
    kept: [],
    comparison: null,
    over: "",
    overlay: null,
    lit: null,
    /** @type {any[]} */
    files: [],
  };
}

/** @type {State} */
let state = {
  lang: "en",
  isReadOnly: false,
  instances: [],
  instance: null,
  tab: "rules",
  notice: null,
  undoable: 0,
  redoable: 0,
  ...blank(),
};

/** @type {Set<(keys: Set<string>) => void>} */
const listeners = new Set();

/** @typedef {{rules: Rules, scenario: string | null, plan: Plan | null}} Moment */

/** @type {Moment[]} */
let past = [];

/** What was undone, the latest last. @type {Moment[]} */
let future = [];

/** Most changes that can be undone. */
const PAST = 100;

/** What the page knows. */
export function get() {
  return state;
}

/**
 * Changes what the page knows, and tells those who want to hear of it.
 * @param {Partial<State>} change
 */
export function set(change) {
  const keys = new Set(
    Object.keys(change).filter((key) => {
      const name = /** @type {keyof State} */ (key);
      return state[name] !== change[name];
    }),
  );
  if (keys.size === 0) return;
  state = { ...state, ...change };
  for (const listener of [...listeners]) listener(keys);
}

/**
 * Calls whenever one of these keys has changed.
 * @param {(keyof State)[]} wanted
 * @param {(keys: Set<string>) => void} tell
 */
export function watch(wanted, tell) {
  listeners.add((keys) => {
    if (wanted.some((key) => keys.has(key))) tell(keys);
  });
}

/** Rules and plan as they are. @returns {Moment} */
function moment() {
  const { rules, scenario, plan } = state;
  return { rules, scenario, plan };
}

/** Says how far one can go back and forth. */
function count() {
  set({ undoable: past.length, redoable: future.length });
}

/** Remembers rules and plan, so that the next change of them can be undone. */
export function remember() {
  past = [...past.slice(1 - PAST), moment()];
  future = [];
  count();
}

/** Rules and plan as they were before the last change; none where there was none. */
export function recall() {
  const before = past.pop() ?? null;
  if (before) future.push(moment());
  count();
  return before;
}

/** Rules and plan as they were before the last change was undone; none where none was. */
export function advance() {
  const after = future.pop() ?? null;
  if (after) past.push(moment());
  count();
  return after;
}

/** Forgets what could be undone: it was about another instance. */
export function forget() {
  past = [];
  future = [];
  count();
}
