// What can be done: every click, key and link ends in one of these.

import { answer, Problem, read, request } from "./api.js";
import { Geography } from "./geography.js";
import { differing, fromLists, internal } from "./plan.js";
import { among, scope, withExempt, withGroup, withKey } from "./rules.js";
import { texts } from "./scenarios.js";
import { advance, blank, forget, get, recall, remember, set } from "./store.js";
import { altered, planName } from "./telling.js";
import { dropPrice, leaveRun, underway } from "./underway.js";
import { many, signed, t } from "./words.js";

/** @typedef {import("./store.js").Plan} Plan */
/** @typedef {import("./store.js").Rules} Rules */

/** How long the names of scenarios wait, in milliseconds. */
const NAMING = 1000;

/** Longest time for an improvement, in seconds. */
const IMPROVE_TIME = 60;

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
    // What the page did wrong itself is nothing that its reader could mend.
    console.error(error);
    set({ notice: { kind: "problem", problem: new Problem({ detail: "no-page" }) } });
  }
}

/** @param {string} text */
export function note(text) {
  set({ notice: { kind: "note", text } });
}

/** What the server is, and the instances it has. */
export async function greet() {
  const [landing, instances] = await Promise.all([read("/"), allInstances()]);
  set({ instances, isReadOnly: Boolean(landing.readOnly) });
}

/** All instances, which come a page at a time. */
async function allInstances() {
  /** @type {any[]} */
  const all = [];
  for (;;) {
    const { instances, numberMatched } = await read("/instances", { offset: String(all.length) });
    all.push(...instances);
    if (!instances.length || all.length >= numberMatched) return all;
  }
}

/** The rules as inputs of a question. */
export function ruleInputs() {
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
  leaveRun();
  dropPrice();
  const instance = await read(`/instances/${encodeURIComponent(name)}`);
  const usual = instance.scenarios.includes("default") ? "default" : null;
  const scenario = asked.rules ? null : asked.scenario === undefined ? usual : asked.scenario;
  forget();
  set({ ...blank(), instance, scenario, rules: asked.rules ?? {} });
  await Promise.all([survey(), refreshRules()]);
  void attempt(refreshRuns);
  // What is not chosen can wait for its name until all is there that was asked for.
  setTimeout(() => void nameScenarios(instance), NAMING);
}

/**
 * Reads what the scenarios of an instance are called, one after the other.
 * @param {any} instance
 */
async function nameScenarios(instance) {
  try {
    for (const key of instance.scenarios) {
      if (get().instance !== instance) return;
      if (key in get().titles) continue;
      entitle(key, await read(`/instances/${instance.id}/rules`, { scenario: key }));
    }
  } catch {
    // A scenario that cannot be read is called by its key, and says why once it is chosen.
  }
}

/** @param {string} key @param {{toml: string}} told */
function entitle(key, { toml }) {
  set({ titles: { ...get().titles, [key]: texts(toml) } });
}

/** Reads the areas that the rules are about. */
export async function survey() {
  const { instance } = get();
  const atlas = await read(`/instances/${instance.id}/atlas`, ruleParameters());
  if (get().instance?.id !== instance.id) return;
  set({ geography: new Geography(atlas) });
  if (get().over) void attempt(() => overlay(get().over));
}

/** Says again in the language of the page what the server wrote in another. */
export async function speak() {
  const { instance, run, notice } = get();
  if (notice && notice.kind !== "token") set({ notice: null });
  if (!instance) return;
  await Promise.all([survey(), refreshRules()]);
  await refreshSheet();
  if (!run?.chart) return;
  const said = {
    chart: await read(`/jobs/${run.id}/chart`, { lang: get().lang }),
    job: await read(`/jobs/${run.id}`),
    answer: run.answer && (await read(`/jobs/${run.id}/results`)),
  };
  if (get().run?.id === run.id) set({ run: { ...get().run, ...said } });
}

/**
 * The server's reading of the rules: as text, by area, and where they contradict each other.
 * @returns {Promise<void>}
 */
export function refreshRules() {
  underway.reading = rereadRules();
  return underway.reading;
}

async function rereadRules() {
  const mine = ++underway.rules;
  const { instance, scenario } = get();
  try {
    const told = await read(`/instances/${instance.id}/rules`, ruleParameters());
    if (mine !== underway.rules) return;
    set({ told, rulesProblem: null, ...(scenario ? { rules: among(told.inputs) } : {}) });
    if (scenario && !(scenario in get().titles)) entitle(scenario, told);
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
 * Changes the rules. What a scenario rules is known once the server has said it: a change that is made
 * before waits for it, or it would be made of no rules, and the scenario's own would be lost.
 * @param {(rules: Rules) => Rules} change
 */
export function changeRules(change) {
  void attempt(async () => {
    const { instance, scenario } = get();
    if (scenario !== null) await rulesKnown();
    if (get().instance !== instance) return;
    remember();
    applyRules(change(get().rules), null);
  });
}

/** Waits for the latest reading of the rules; whoever asked for it tells what is wrong with it. */
async function rulesKnown() {
  let waited;
  while (waited !== underway.reading) {
    waited = underway.reading;
    await waited.catch(() => {});
  }
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
      dropPrice();
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
  changeRules(() => rules);
}

/** @param {"together" | "apart" | "closed"} kind */
export function addGroup(kind) {
  const { selection } = get();
  if (selection.length < (kind === "closed" ? 1 : 2)) return;
  changeRules((rules) => withGroup(rules, kind, selection));
  select([]);
}

/** The limits no longer apply to the region of each area that is selected. */
export function addExempt() {
  const { selection, geography } = get();
  if (!geography || selection.length === 0) return;
  changeRules((rules) => withExempt(rules, selection, (text) => geography.find(text)));
  select([]);
}

/** Takes back the last change of rules or plan. */
export function undo() {
  if (get().undoable > 0) goTo(recall());
}

/** Does again what was taken back. */
export function redo() {
  if (get().redoable > 0) goTo(advance());
}

/** @param {import("./store.js").Moment | null} moment */
function goTo(moment) {
  if (!moment) return;
  const { rules, scenario, plan } = get();
  if (moment.plan !== plan) void attempt(() => show(moment.plan));
  if (moment.rules !== rules || moment.scenario !== scenario) {
    applyRules(moment.rules, moment.scenario);
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

/**
 * Draws the borders of a division that exists on top of the map.
 * @param {string} key empty for none
 */
export async function overlay(key) {
  const mine = ++underway.overlay;
  const { geography, instance } = get();
  const division = geography?.divisions.find((known) => known.key === key);
  if (!geography || !division) {
    set({ over: "", overlay: null });
    return;
  }
  set({ over: key });
  const labels = fromLists(geography, division.regions.map(([, areas]) => areas));
  const { layer } = await read(`/instances/${instance.id}/plan`, {
    ...ruleParameters(),
    labels: labels.join(","),
  });
  if (mine !== underway.overlay) return;
  const drawn = [...layer.matchAll(/<path class="border"[^>]* d="([^"]*)"/g)].map(([, path]) => path);
  // Without polygons the links that it cuts stand for its borders.
  const cut = geography.links
    .filter(([a, b]) => labels[a] !== labels[b])
    .map(([a, b]) => `M${geography.areas[a].at.join(" ")}L${geography.areas[b].at.join(" ")}`);
  const paths = geography.hasPolygons ? drawn : cut;
  set({ overlay: { key, paths } });
}

/** Has the server draw and judge the plan. */
export async function refreshSheet() {
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
 * Begins from a division that exists, or from nothing.
 * @param {string} key
 */
export async function begin(key) {
  const { geography } = get();
  if (!geography) return;
  const division = geography.divisions.find((known) => known.key === key);
  const lists = division ? division.regions.map(([, areas]) => areas) : [];
  remember();
  // Its name is the division's, in whatever language.
  await show({ labels: fromLists(geography, lists), name: "", division: key, source: null });
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
    time_limit: IMPROVE_TIME,
  });
  const solved = (result.solved ?? []).at(-1);
  const division = (result.divisions ?? []).at(-1);
  if (!division || !solved || solved.objective === null) {
    note(many("improve_none", moves));
    return;
  }
  const lists = division.regions.map((/** @type {any} */ region) =>
    region.areas.map((/** @type {string} */ code) => geography.places.get(code) ?? -1),
  );
  remember();
  const labels = fromLists(geography, lists);
  const gain = solved.objective - internal(geography, plan.labels);
  const state = t(solved.solution === "proven_optimal" ? "proven" : "open");
  await show(altered(plan, labels));
  note(many("improved", solved.moved, { change: signed(gain), state }));
}

/** Keeps the plan that is shown aside. */
export function keepAside() {
  const { plan, kept } = get();
  if (!plan) return;
  const names = new Set(kept.map(planName));
  const called = planName(plan);
  let name = called;
  for (let at = 2; names.has(name); at += 1) name = `${called} (${at})`;
  // What is kept under another name than its own has that name for good.
  const { labels, source, isProven, bound } = plan;
  const own = name === called ? plan : { labels, source, isProven, bound, name };
  set({ kept: [...kept, own] });
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
  note(many("added", instance.areas, { name: instance.name }));
}
