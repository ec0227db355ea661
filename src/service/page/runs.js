// Runs: asking for the best plans or a front, watching it grow, and what it found.

import { attempt, note, refreshRules, refreshRuns, ruleInputs, show, survey } from "./actions.js";
import { answer, ask, events, read, request } from "./api.js";
import { fromAssignment } from "./plan.js";
import { among, scope } from "./rules.js";
import { get, remember, set } from "./store.js";
import { pointName } from "./telling.js";
import { beginRun } from "./underway.js";
import { t } from "./words.js";

/** @typedef {import("./store.js").Plan} Plan */

/** How often a chart is drawn again while its run goes on, in milliseconds. */
const REDRAW = 300;

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
  if (form.against && form.reference) inputs.reference = form.reference;
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
  const { signal, isWanted } = beginRun();
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
    for await (const event of events(id, signal)) {
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
  const name = pointName(at);
  const told = run.plans.get(key);
  if (!run.answer && told?.regions?.length === geography.areas.length) {
    const isProven = told.solution === "proven_optimal";
    const source = { job: run.id, plan: "" };
    return { labels: told.regions, name, run: run.id, point: key, source, isProven, bound: told.bound };
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
    run: run.id,
    point: key,
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
 * Why there is no plan of so many regions.
 * @param {string} k
 */
export async function explain(k) {
  const { instance } = get();
  note(t("working"));
  const { result } = await answer("explain", { instance: instance.id, ...ruleInputs(), k });
  set({ notice: { kind: "explanation", result } });
}
