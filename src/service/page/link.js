// Links: what is shown, said in the fragment of an address, so that it never leaves the browser.

import { attempt, begin, bring, open, overlay, refreshRuns } from "./actions.js";
import { choosePoint, follow, openRun } from "./runs.js";
import { get, set } from "./store.js";
import { planName } from "./telling.js";

/** The address that opens what is shown. */
export function address() {
  return `${location.origin}${location.pathname}#${fragment()}`;
}

/** What is shown, as the fragment of an address. */
export function fragment() {
  const { instance, rules, scenario, run, point, plan, over, tab, lang } = get();
  const said = new URLSearchParams();
  if (!instance) return "";
  said.set("in", instance.uploaded ? instance.id : instance.name);
  if (scenario !== null) said.set("scenario", scenario);
  else said.set("rules", JSON.stringify(rules));
  if (run) said.set("run", run.id);
  if (plan?.source && run && plan.source.job === run.id) said.set("point", point);
  else if (plan) {
    said.set("plan", plan.labels.map((label) => label.toString(36)).join("."));
    said.set("name", planName(plan));
  }
  if (over) said.set("over", over);
  if (tab !== "rules") said.set("tab", tab);
  said.set("lang", lang);
  return said.toString();
}

/** The fragment that was written last: a change to it is somebody else's. */
let written = "";

/** Says what is shown in the address of the page. */
export function write() {
  const text = fragment();
  if (!text || text === written) return;
  written = text;
  history.replaceState(null, "", `#${text}`);
}

/** Whether the address says something that the page did not write. */
export function isNews() {
  return location.hash.slice(1) !== "" && location.hash.slice(1) !== written;
}

/**
 * Opens what an address says; what cannot be had is left out.
 * @param {string} text
 * @param {string} usual the instance that is opened where the address names none
 */
export async function restore(text, usual) {
  const said = new URLSearchParams(text);
  const lang = said.get("lang");
  if (lang === "en" || lang === "nb") set({ lang });
  const rules = object(said.get("rules"));
  const scenario = said.get("scenario");
  const asked = rules ? { rules } : scenario === null ? {} : { scenario };
  const name = said.get("in") ?? usual;
  if (!name) return;
  await open(name, asked);
  const tab = said.get("tab");
  if (tab && document.getElementById(`tab-${tab}`)) set({ tab });
  const over = said.get("over");
  if (over) void attempt(() => overlay(over));
  const run = said.get("run");
  const point = said.get("point") ?? "";
  const labels = (said.get("plan") ?? "")
    .split(".")
    .map((label) => (/^[0-9a-z]{1,5}$/.test(label) ? parseInt(label, 36) : -1));
  const fits = labels.length === get().geography?.areas.length && !labels.includes(-1);
  if (fits) await bring(said.get("name") ?? "", labels);
  if (run && /^[0-9a-f]{32}$/.test(run)) {
    await attempt(() => (rules || scenario !== null ? follow(run, point) : openRun(run, point)));
  }
  if (point && get().point !== point && get().run?.answer) await choosePoint(point);
  if (!fits && !run && get().isReadOnly) await beginReadOnly();
}

/** A server that takes no questions shows its latest run at once, else a division that exists. */
async function beginReadOnly() {
  await attempt(refreshRuns);
  const { runs, geography } = get();
  if (runs.length > 0) await attempt(() => openRun(runs[0].jobID));
  else if (geography && geography.divisions.length > 0) await begin(geography.divisions[0].key);
}

/** @param {string | null} text */
function object(text) {
  if (!text) return null;
  try {
    const value = JSON.parse(text);
    return value && typeof value === "object" && !Array.isArray(value) ? value : null;
  } catch {
    return null;
  }
}
