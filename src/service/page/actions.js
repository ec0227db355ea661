// What can be done: every click, key and link ends in one of these.

import { answer, ask, events, Problem, read, request } from "./api.js";
import { Geography } from "./geography.js";
import {
  broken,
  change,
  centre,
  differing,
  fromAssignment,
  fromLists,
  internal,
  moved,
  regions,
} from "./plan.js";
import { among, GROUPS, scope, withGroup, withKey } from "./rules.js";
import { forget, get, recall, remember, set } from "./store.js";
import { brokenText } from "./telling.js";
import { t } from "./words.js";

/** @typedef {import("./store.js").Plan} Plan */
/** @typedef {import("./store.js").Rules} Rules */

/** Longest time for a price, in seconds. */
const PRICE_TIME = 60;

/** How often a chart is drawn again while its run goes on, in milliseconds. */
const REDRAW = 300;

/** What is under way and no longer wanted once it is asked again. */
const underway = { rules: 0, sheet: 0, price: 0, compare: 0 };

/** @type {AbortController | null} */
let following = null;

/** @type {AbortController | null} */
let pricing = null;

/** No longer waits for a price: a browser has few connections to a server, and drawing needs them. */
function dropPrice() {
  underway.price += 1;
  pricing?.abort();
}

/**
 * Does something, and tells the user what went wrong.
 * @template T
 * @param {() => Promise<T>} act
 * @returns {Promise<T | undefined>}
 */
export async function attempt(act) {
  try {
    return await act();
  } catch (error) {
    tell(error);
    return undefined;
  }
}

/** @param {unknown} error */
function tell(error) {
  if (error instanceof Problem && error.status === 401) set({ notice: { kind: "token" } });
  else if (error instanceof Problem) set({ notice: { kind: "problem", problem: error } });
  else {
    console.error(error);
    set({ notice: { kind: "problem", problem: new Problem({ detail: String(error) }) } });
  }
}

/** @param {string} text */
export function note(text) {
  set({ notice: { kind: "note", text } });
}

/** What the server is, and the instances it has. */
export async function greet() {
  const [landing, { instances }] = await Promise.all([read("/"), read("/instances")]);
  set({ instances, isReadOnly: Boolean(landing.readOnly) });
}

/** The rules as inputs of a question. */
function ruleInputs() {
  const { rules, scenario } = get();
  return scenario ? { scenario } : { no_scenario: true, ...rules };
}

/** How the server is told of the rules where it draws. */
function ruleParameters() {
  return { rules: JSON.stringify(ruleInputs()), lang: get().lang };
}

/**
 * Opens an instance with its default scenario, or with rules that are given.
 * @param {string} name name or id
 * @param {{rules?: Rules, scenario?: string | null}} [asked]
 */
export async function open(name, asked = {}) {
  following?.abort();
  const instance = await read(`/instances/${encodeURIComponent(name)}`);
  const usual = instance.scenarios.includes("default") ? "default" : null;
  const scenario = asked.rules ? null : asked.scenario === undefined ? usual : asked.scenario;
  forget();
  set({
    instance,
    scenario,
    rules: asked.rules ?? {},
    told: null,
    geography: null,
    selection: [],
    run: null,
    point: "",
    plan: null,
    sheet: null,
    price: null,
    kept: [],
    comparison: null,
    files: [],
    runs: [],
  });
  await Promise.all([survey(), refreshRules()]);
  void attempt(refreshRuns);
}

/** Reads the areas that the rules are about. */
async function survey() {
  const { instance } = get();
  const atlas = await read(`/instances/${instance.id}/atlas`, ruleParameters());
  if (get().instance?.id === instance.id) set({ geography: new Geography(atlas) });
}

/** Says again in the language of the page what the server wrote in another. */
export async function speak() {
  const { instance, run } = get();
  if (!instance) return;
  await survey();
  await refreshSheet();
  if (run?.chart) {
    const chart = await read(`/jobs/${run.id}/chart`, { lang: get().lang });
    if (get().run?.id === run.id) set({ run: { ...get().run, chart } });
  }
}

/** The server's reading of the rules: as text, by area, and where they contradict each other. */
async function refreshRules() {
  const mine = ++underway.rules;
  const { instance, scenario } = get();
  try {
    const told = await read(`/instances/${instance.id}/rules`, ruleParameters());
    if (mine !== underway.rules) return;
    set({ told, rulesProblem: null, ...(scenario ? { rules: among(told.inputs) } : {}) });
  } catch (error) {
    if (mine !== underway.rules) return;
    if (error instanceof Problem && error.status === 400) set({ rulesProblem: error });
    else throw error;
  }
}

/** Runs about the instance that have ended well. */
export async function refreshRuns() {
  const { instance } = get();
  const { jobs } = await read("/jobs", { processID: "solve,front", status: "successful", limit: "200" });
  const names = [instance.id, instance.name];
  const runs = jobs.filter((/** @type {any} */ job) => names.includes(job.inputs?.instance));
  if (get().instance?.id === instance.id) set({ runs });
}

/**
 * Changes the rules.
 * @param {Rules} rules
 * @param {string | null} [scenario] the scenario that they are
 */
export function changeRules(rules, scenario = null) {
  remember();
  applyRules(rules, scenario);
}

/**
 * @param {Rules} rules
 * @param {string | null} scenario
 */
function applyRules(rules, scenario) {
  const before = get();
  // What a scenario says by divisions that are fixed, a question says by areas.
  const fixed = scenario === null && before.told?.fixed?.length && rules.fixed;
  set({ rules: fixed ? withKey(rules, "fixed", before.told.fixed) : rules, scenario });
  const wasAbout = scope(before.rules);
  void attempt(async () => {
    await refreshRules();
    if (scope(get().rules) === wasAbout) {
      await refreshSheet();
    } else {
      // Other areas: plans of the old ones mean nothing.
      forget();
      set({ plan: null, sheet: null, price: null, kept: [], comparison: null, selection: [] });
      await survey();
    }
  });
}

/** @param {string} name empty for no rules */
export function chooseScenario(name) {
  remember();
  applyRules({}, name || null);
}

/**
 * Takes the text of a scenario file for the rules.
 * @param {string} text
 */
export async function readRules(text) {
  const { instance } = get();
  const told = await read(`/instances/${instance.id}/rules`, { toml: text });
  const rules = among({ ...told.inputs, ...(told.fixed.length ? { fixed: told.fixed } : {}) });
  changeRules(rules);
}

/** @param {"together" | "apart" | "closed"} kind */
export function addGroup(kind) {
  const { rules, selection } = get();
  if (selection.length < (kind === "closed" ? 1 : 2)) return;
  changeRules(withGroup(rules, kind, selection));
  select([]);
}

/** Takes back the last change of rules or plan. */
export function undo() {
  const before = recall();
  if (!before) return;
  const { rules, scenario, plan } = get();
  if (before.plan !== plan) void attempt(() => show(before.plan));
  if (before.rules !== rules || before.scenario !== scenario) {
    applyRules(before.rules, before.scenario);
  }
}

/** @param {string[]} codes */
export function select(codes) {
  set({ selection: codes });
}

/**
 * A click on an area: where rules are made it joins or leaves the selection, elsewhere it is the selection.
 * @param {number} area
 * @param {boolean} adds
 */
export function choose(area, adds) {
  const { geography, selection, tab } = get();
  const code = geography?.areas[area].code;
  if (!code) return;
  const is = selection.includes(code);
  if (adds || tab === "rules") {
    select(is ? selection.filter((other) => other !== code) : [...selection, code]);
  } else {
    select(is && selection.length === 1 ? [] : [code]);
  }
}

/**
 * Shows a plan.
 * @param {Plan | null} plan
 */
export async function show(plan) {
  dropPrice();
  set({ plan, price: null, ...(plan ? {} : { sheet: null }) });
  await refreshSheet();
}

/** Has the server draw and judge the plan. */
async function refreshSheet() {
  const mine = ++underway.sheet;
  const { plan, sheet, instance, geography } = get();
  if (!plan) return;
  const isKin = sheet && sheet.labels.length === plan.labels.length;
  const drawn = await read(`/instances/${instance.id}/plan`, {
    ...ruleParameters(),
    labels: plan.labels.join(","),
    before: isKin ? sheet.labels.join(",") : undefined,
    fills: isKin ? sheet.fills.join(",") : undefined,
  });
  if (mine === underway.sheet && get().geography === geography) {
    set({ sheet: { ...drawn, of: plan.labels } });
  }
}

/**
 * Moves an area to another region, and tells both prices.
 * @param {number} area
 * @param {number} to label
 */
export function move(area, to) {
  const { geography, plan } = get();
  if (!geography || !plan || plan.labels[area] === to) return;
  priceOfMove(area, to, true);
  remember();
  const labels = moved(plan.labels, area, to);
  const name = plan.source ? `${plan.name} *` : plan.name;
  const price = get().price;
  set({ plan: { labels, name, source: null }, price });
  select([geography.areas[area].code]);
  void attempt(refreshSheet);
}

/**
 * The prices of a move: of itself at once, of the best plan in which the area belongs there a moment later.
 * @param {number} area
 * @param {number} to label
 * @param {boolean} isDone whether the plan shown is about to have it
 */
export function priceOfMove(area, to, isDone = false) {
  const { geography, plan, told } = get();
  if (!geography || !plan) return;
  const others = plan.labels.flatMap((label, at) => (label === to && at !== area ? [at] : []));
  const beside = geography.beside(told?.links ?? ["land", "fixed_link"]);
  const labels = moved(plan.labels, area, to);
  const before = broken(geography, beside, told, plan.labels).map((rule) => JSON.stringify(rule));
  const breaks = broken(geography, beside, told, labels)
    .filter((rule) => !before.includes(JSON.stringify(rule)))
    .map(brokenText);
  const { code, name } = geography.areas[area];
  const core = others.length > 0 ? geography.areas[centre(geography, others)] : null;
  const kind = core ? "together" : "closed";
  void attempt(() =>
    price({
      title: core ? t("price_move", { area: name, region: core.name }) : t("price_closed", { areas: name }),
      kind,
      codes: core ? [code, core.code] : [code],
      alone: { change: change(geography, plan.labels, area, to), breaks, isDone },
    }),
  );
}

/**
 * The price of a wish.
 * @param {"together" | "apart" | "closed"} kind
 */
export function priceOfWish(kind) {
  const { geography, selection } = get();
  if (!geography) return;
  const names = selection.map((code) => geography.name(code)).join(", ");
  const title = t(`price_${kind === "together" ? "wish" : kind}`, { areas: names });
  void attempt(() => price({ title, kind, codes: [...selection].sort(), alone: null }));
}

/** How many regions a price is about. */
function count() {
  const { plan, told } = get();
  if (plan) return regions(plan.labels).size;
  return told?.k?.[0] ?? 9;
}

/**
 * Proves what a wish costs: the best plan with it against the best plan without.
 * @param {{title: string, kind: "together" | "apart" | "closed", codes: string[], alone: any}} wish
 */
async function price(wish) {
  dropPrice();
  const mine = underway.price;
  pricing = new AbortController();
  const { signal } = pricing;
  const { instance, geography, plan, isReadOnly } = get();
  const k = count();
  set({ price: { ...wish, k, best: isReadOnly ? null : { state: "waiting" } } });
  if (isReadOnly || !geography) return;
  const rules = /** @type {Record<string, any>} */ (ruleInputs());
  const inputs = { instance: instance.id, ...rules, k, time_limit: PRICE_TIME };
  const key = GROUPS[wish.kind];
  const wished = { ...inputs, [key]: [...(rules[key] ?? []), wish.codes] };
  /** @type {any} */
  let best;
  try {
    const [without, within] = await Promise.all([
      answer("solve", inputs, signal),
      answer("solve", wished, signal),
    ]);
    best = compared(geography, plan, wish.codes, without.result.results[0], within.result.results[0]);
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
  if (mine === underway.price) set({ price: { ...wish, k, best, shown: best.moves } });
}

/**
 * What the best plan with a wish costs against the best one without, and who else moves.
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

/** Shows the best plan of the price that is shown. */
export function showPriced() {
  const { price: shown } = get();
  if (!shown?.best?.labels) return;
  remember();
  const { labels, source, state, bound } = shown.best;
  const plan = { labels, name: shown.title, source, isProven: state === "proven", bound };
  void attempt(() => show(plan));
}

/** Makes a rule of the wish whose price is shown. */
export function keepPriced() {
  const { price: shown, rules } = get();
  if (shown) changeRules(withGroup(rules, shown.kind, shown.codes));
}

/**
 * Asks for the best plans or a front, and follows the run.
 * @param {{k: string, against: string, reference: string, time: string}} form
 */
export async function start(form) {
  const { instance } = get();
  /** @type {Record<string, any>} */
  const inputs = { instance: instance.id, ...ruleInputs(), k: form.k };
  const process = form.against ? "front" : "solve";
  if (form.against) inputs.against = form.against;
  if (form.against === "kept-together" && form.reference) inputs.reference = form.reference;
  if (form.time) inputs[form.against ? "total_time_limit" : "time_limit"] = form.time;
  const job = await ask(process, inputs);
  await follow(job.jobID);
}

/**
 * Shows a run while it goes on, and when it has ended.
 * @param {string} id
 * @param {string} [point] the point to show at the end
 */
export async function follow(id, point = "") {
  following?.abort();
  const mine = new AbortController();
  following = mine;
  const isWanted = () => following === mine && !mine.signal.aborted;
  let job = await read(`/jobs/${id}`);
  if (!isWanted()) return;
  /** Plans of points as they were told, by key. @type {Map<string, any>} */
  const plans = new Map();
  set({ run: { id, job, chart: null, answer: null, bound: null, plans }, point: "", files: [] });
  const change = (/** @type {any} */ more) => {
    if (isWanted()) set({ run: { ...get().run, ...more } });
  };
  const isOver = () => job.status !== "accepted" && job.status !== "running";
  const draw = async () => change({ chart: await read(`/jobs/${id}/chart`, { lang: get().lang }) });
  if (!isOver()) {
    let last = 0;
    let isDrawing = false;
    for await (const event of events(id, mine.signal)) {
      if (!isWanted()) return;
      const { data } = event;
      if (event.kind === "bound") change({ bound: data.bound });
      if (event.kind === "point") plans.set(`${data.k}-${data.objective}-${data.scores[0]}`, data);
      if (isDrawing || performance.now() - last < REDRAW) continue;
      isDrawing = true;
      last = performance.now();
      void (async () => {
        try {
          job = await read(`/jobs/${id}`);
          change({ job });
          await draw();
        } finally {
          isDrawing = false;
        }
      })().catch(() => {});
    }
    if (!isWanted()) return;
    job = await read(`/jobs/${id}`);
  }
  change({ job, bound: null });
  await draw();
  if (job.status === "successful") {
    const [result, { files }] = await Promise.all([
      read(`/jobs/${id}/results`),
      read(`/jobs/${id}/files`),
    ]);
    change({ answer: result });
    if (isWanted()) set({ files });
    void attempt(refreshRuns);
  }
  const { points } = get().run?.chart ?? { points: [] };
  const first = points.find((/** @type {any} */ p) => p.key === point) ?? points[0];
  if (isWanted() && first && (point || !get().plan)) await choosePoint(first.key);
}

/** Has the run that is shown stop with what it has. */
export async function stop() {
  const { run } = get();
  if (!run) return;
  await request(`/jobs/${run.id}/stop`, { method: "POST" });
  note(t("stopping"));
}

/**
 * Opens a run that was made before, with its rules.
 * @param {string} id
 * @param {string} [point]
 */
export async function openRun(id, point = "") {
  const job = await read(`/jobs/${id}`);
  const { inputs } = job;
  const isPlain = Object.keys(among(inputs)).every((key) => key === "k");
  const usual = get().instance.scenarios.includes("default") && !inputs.no_scenario;
  const scenario = inputs.scenario ?? (usual ? "default" : null);
  const wasAbout = scope(get().rules);
  if (isPlain && scenario) set({ scenario, rules: {} });
  else set({ scenario: null, rules: among(inputs) });
  await refreshRules();
  if (scope(get().rules) !== wasAbout) {
    set({ plan: null, sheet: null });
    await survey();
  }
  await follow(id, point);
}

/**
 * The plan of a point of the run that is shown; of a run that goes on, as its events told it.
 * @param {string} key
 * @returns {Plan | null}
 */
function planOf(key) {
  const { run, geography } = get();
  const at = run?.chart?.points.find((/** @type {any} */ point) => point.key === key);
  if (!at || !geography) return null;
  const name = `k = ${at.k}${at.score_text ? `; ${at.score_text}` : ""}`;
  const told = run.plans.get(key);
  if (!run.answer && told?.regions?.length === geography.areas.length) {
    const isProven = told.solution === "proven_optimal";
    const source = { job: run.id, plan: "" };
    return { labels: told.regions, name, source, isProven, bound: told.bound };
  }
  if (!run.answer) return null;
  const against = run.chart.against;
  const results = run.answer.results ?? [];
  const fronts = run.answer.fronts ?? [];
  const found = against
    ? fronts
        .filter((/** @type {any} */ front) => front.k === at.k)
        .flatMap((/** @type {any} */ front) => front.points)
        .find(
          (/** @type {any} */ point) =>
            point.objective === at.objective && point.against[against] === at.score,
        )
    : results.find((/** @type {any} */ result) => result.k === at.k);
  if (!found?.assignment || Object.keys(found.assignment).length === 0) return null;
  return {
    labels: fromAssignment(geography, found.assignment),
    name,
    source: { job: run.id, plan: found.id ?? `k${String(at.k).padStart(2, "0")}` },
    isProven: found.solution === "proven_optimal",
    bound: found.bound,
  };
}

/** @param {string} key */
export async function choosePoint(key) {
  set({ point: key });
  const plan = planOf(key);
  if (!plan) {
    note(t("not_yet"));
    return;
  }
  remember();
  await show(plan);
}

/**
 * Begins from a division that exists, or from nothing.
 * @param {string} key
 */
export async function begin(key) {
  const { geography } = get();
  if (!geography) return;
  const division = geography.divisions.find((known) => known.key === key);
  const lists = division ? division.regions.map(([, areas]) => areas) : [];
  remember();
  const name = division?.name ?? t("plan_own");
  await show({ labels: fromLists(geography, lists), name, source: null });
}

/**
 * Begins from a division in a file.
 * @param {string} name
 * @param {number[]} labels
 */
export async function bring(name, labels) {
  remember();
  await show({ labels, name, source: null });
}

/** The plan as a question brings it along. @param {Plan} plan */
function brought(plan) {
  const { geography } = get();
  if (plan.source && /^[0-9a-f]{32}$/.test(plan.source.job) && plan.source.plan.startsWith("k")) {
    return { job: plan.source.job, plan: plan.source.plan };
  }
  /** @type {Record<string, string>} */
  const regions = {};
  plan.labels.forEach((label, at) => {
    if (label !== 0 && geography) regions[geography.areas[at].code] = String(label);
  });
  return { name: "mine", regions };
}

/**
 * Finds the best plan that keeps the rules within so many moves of the one shown.
 * @param {number} moves
 */
export async function improve(moves) {
  const { plan, geography, instance } = get();
  if (!plan || !geography) return;
  // The plan has as many regions as it has, whatever the scenario asks for.
  const rules = withKey(ruleInputs(), "k", undefined);
  note(t("working"));
  const { result } = await answer("derive", {
    instance: instance.id,
    ...rules,
    division: brought({ ...plan, source: null }),
    improve: true,
    max_moved: String(moves),
    time_limit: PRICE_TIME,
  });
  const solved = (result.solved ?? []).at(-1);
  const division = (result.divisions ?? []).at(-1);
  if (!division || !solved || solved.objective === null) {
    note(t("improve_none", { n: moves }));
    return;
  }
  const lists = division.regions.map((/** @type {any} */ region) =>
    region.areas.map((/** @type {string} */ code) => geography.places.get(code) ?? -1),
  );
  remember();
  const labels = fromLists(geography, lists);
  const gain = solved.objective - internal(geography, plan.labels);
  const state = t(solved.solution === "proven_optimal" ? "proven" : "open");
  await show({ labels, name: plan.name, source: null });
  const change = `${gain < 0 ? "−" : "+"}${Math.abs(gain)}`;
  note(t("improved", { moved: solved.moved, change, state }));
}

/** Keeps the plan that is shown aside. */
export function keepAside() {
  const { plan, kept } = get();
  if (!plan) return;
  const names = new Set(kept.map((other) => other.name));
  let { name } = plan;
  for (let at = 2; names.has(name); at += 1) name = `${plan.name} (${at})`;
  set({ kept: [...kept, { ...plan, name }] });
  note(t("kept_note"));
}

/**
 * Compares two plans: who is placed differently at once, how alike they are by the server.
 * @param {Plan} one
 * @param {Plan} other
 */
export async function compare(one, other) {
  const mine = ++underway.compare;
  const { geography, instance, isReadOnly } = get();
  if (!geography) return;
  const draw = (/** @type {Plan} */ plan, /** @type {any} */ before) =>
    read(`/instances/${instance.id}/plan`, {
      ...ruleParameters(),
      labels: plan.labels.join(","),
      before: before?.labels.join(","),
      fills: before?.fills.join(","),
    });
  const left = await draw(one, null);
  const right = await draw(other, left);
  const differs = differing(geography, one.labels, other.labels);
  const shown = { one, other, left, right, differs, likeness: null };
  if (mine !== underway.compare) return;
  set({ comparison: shown });
  if (isReadOnly || differs.length === 0) return;
  const inputs = {
    instance: instance.id,
    divisions: [
      { ...brought({ ...one, source: null }), name: "left" },
      { ...brought({ ...other, source: null }), name: "right" },
    ],
  };
  const { result } = await answer("compare", inputs);
  if (mine === underway.compare) set({ comparison: { ...shown, likeness: result.pairs[0] } });
}

/**
 * Why there is no plan of so many regions.
 * @param {string} k
 */
export async function explain(k) {
  const { instance } = get();
  note(t("working"));
  const { result } = await answer("explain", { instance: instance.id, ...ruleInputs(), k });
  set({ notice: { kind: "explanation", result } });
}

/** Has report, tables, maps and spatial files of the run written; the job that has them. */
export async function report() {
  const { run, lang } = get();
  note(t("making_report"));
  const { job } = await answer("report", { job: run.id, lang });
  const { files } = await read(`/jobs/${job}/files`);
  if (get().run?.id === run.id) set({ run: { ...get().run, report: { job, files } } });
  set({ notice: null });
}

/**
 * Uploads an instance and opens it.
 * @param {string} name
 * @param {File | Record<string, string>} content an archive, or tables by their names
 */
export async function upload(name, content) {
  const isArchive = content instanceof File;
  const query = name ? `?name=${encodeURIComponent(name)}` : "";
  const response = await request(`/instances${query}`, {
    method: "POST",
    headers: { "Content-Type": isArchive ? "application/zip" : "application/json" },
    body: isArchive ? content : JSON.stringify({ name, files: content }),
  });
  const instance = await response.json();
  await greet();
  await open(instance.id);
  note(t("added", { name: instance.name, areas: instance.areas }));
}
