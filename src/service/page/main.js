// Where the page begins.

import { attempt, greet, speak } from "./actions.js";
import { isNews, restore, write } from "./link.js";
import { get, set, watch } from "./store.js";
import { t } from "./words.js";
import "./bar.js";
import "./map.js";
import "./rules-panel.js";
import "./run-panel.js";
import "./plan-panel.js";
import "./compare-panel.js";
import "./files-panel.js";

/** The instance that is opened first where there is a choice: one with a scenario is a question. */
function usual() {
  const { instances } = get();
  const small = instances.filter((one) => one.areas >= 20 && one.areas <= 100);
  return (small[0] ?? instances[0])?.name ?? "";
}

function language() {
  const chosen = localStorage.getItem("regionfront-lang");
  if (chosen === "en" || chosen === "nb") return chosen;
  return /^(nb|nn|no)\b/.test(navigator.language) ? "nb" : "en";
}

watch(["lang"], () => {
  document.documentElement.lang = get().lang;
  for (const element of document.querySelectorAll("[data-word]")) {
    element.textContent = t(/** @type {any} */ (element.getAttribute("data-word")));
  }
});

set({ lang: language() });

let pause = 0;
watch(["instance", "rules", "scenario", "run", "point", "plan", "over", "tab", "lang"], (keys) => {
  clearTimeout(pause);
  // A page that is loaded again is to speak as it spoke.
  if (keys.has("lang")) write();
  else pause = setTimeout(write, 200);
});

// What the server wrote is asked for again in the other language.
watch(["lang"], () => void attempt(speak));

const begin = () =>
  attempt(async () => {
    await greet();
    await restore(location.hash.slice(1), usual());
    document.body.toggleAttribute("data-ready", true);
  });

addEventListener("hashchange", () => {
  if (isNews()) void begin();
});

void begin();
