// What the page knows, in one place, and who wants to hear of changes.

/**
 * Rules of a question: the inputs of the process `solve` that are rules.
 * @typedef {Record<string, any>} Rules
 */

/**
 * A plan: the region of every area in the order of the atlas, 0 where it stands in none.
 * @typedef {object} Plan
 * @property {number[]} labels
 * @property {string} name what people call it
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
 * @property {any} told what the server made of the rules
 * @property {any} rulesProblem why it made nothing of them
 * @property {string[]} selection codes
 * @property {string} tab
 * @property {any[]} runs runs about the instance that have ended
 * @property {any} run the run that is shown
 * @property {string} point the point of the run that is shown
 * @property {Plan | null} plan
 * @property {any} sheet what the server drew of the plan
 * @property {any} price the prices that are shown
 * @property {Plan[]} kept plans kept aside
 * @property {any} comparison
 * @property {any} lit a region or border that is pointed at
 * @property {any[]} files files of the run
 * @property {any} notice
 * @property {number} undoable how many changes can be undone
 */

/** @type {State} */
let state = {
  lang: "en",
  isReadOnly: false,
  instances: [],
  instance: null,
  geography: null,
  rules: {},
  scenario: null,
  told: null,
  rulesProblem: null,
  selection: [],
  tab: "rules",
  runs: [],
  run: null,
  point: "",
  plan: null,
  sheet: null,
  price: null,
  kept: [],
  comparison: null,
  lit: null,
  files: [],
  notice: null,
  undoable: 0,
};

/** @type {Set<(keys: Set<string>) => void>} */
const listeners = new Set();

/** @type {{rules: Rules, scenario: string | null, plan: Plan | null}[]} */
let past = [];

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

/** Remembers rules and plan, so that the next change of them can be undone. */
export function remember() {
  const { rules, scenario, plan } = state;
  past = [...past.slice(1 - PAST), { rules, scenario, plan }];
  set({ undoable: past.length });
}

/** Rules and plan as they were before the last change; none where there was none. */
export function recall() {
  const before = past.pop();
  set({ undoable: past.length });
  return before ?? null;
}

/** Forgets what could be undone: it was about another instance. */
export function forget() {
  past = [];
  set({ undoable: 0 });
}
