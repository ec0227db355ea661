// The bar at the top, the tabs, and what the page has to say.

import { attempt, greet, note, open, redo, undo, upload } from "./actions.js";
import { setToken } from "./api.js";
import { fill, h } from "./dom.js";
import { address, restore } from "./link.js";
import { defectList, explanation } from "./parts.js";
import { get, set, watch } from "./store.js";
import { number, t } from "./words.js";

const TABS = /** @type {const} */ (["rules", "run", "plan", "compare", "files"]);

class InstanceChooser extends HTMLElement {
  connectedCallback() {
    watch(["instances", "instance", "lang", "isReadOnly"], () => this.draw());
    document.addEventListener("dragover", (event) => {
      if (!event.dataTransfer?.types.includes("Files")) return;
      event.preventDefault();
      document.body.toggleAttribute("data-dropping", true);
    });
    document.addEventListener("dragleave", (event) => {
      if (!event.relatedTarget) document.body.toggleAttribute("data-dropping", false);
    });
    document.addEventListener("drop", (event) => {
      document.body.toggleAttribute("data-dropping", false);
      if (!event.dataTransfer?.types.includes("Files")) return;
      event.preventDefault();
      const { items } = event.dataTransfer;
      void attempt(async () => take(await dropped(items)));
    });
  }

  draw() {
    const { instances, instance, isReadOnly } = get();
    const name = (/** @type {any} */ one) => `${one.name} (${number(one.areas)})`;
    const dialog = h(
      "dialog",
      { id: "add-dialog", "aria-label": t("add_title") },
      h("h2", {}, t("add_title")),
      h("p", {}, t("add_help")),
      h("input", {
        type: "file",
        id: "add-files",
        multiple: true,
        accept: ".csv,.zip,.geojson,.json,.toml",
        "aria-label": t("add_choose"),
        onchange: (/** @type {any} */ event) => {
          const files = [...event.target.files];
          dialog.close();
          void attempt(() => take(files.map((file) => ({ path: file.name, file }))));
        },
      }),
      h("div", { class: "buttons" }, h("button", { type: "button", onclick: () => dialog.close() }, t("close"))),
    );
    fill(
      this,
      h(
        "label",
        { class: "pick" },
        h("span", { class: "unseen" }, t("instance")),
        h(
          "select",
          {
            id: "instance",
            onchange: (/** @type {any} */ event) => {
              const { value } = event.target;
              event.target.value = instance?.id ?? "";
              if (value === "+") dialog.showModal();
              else void attempt(() => open(value));
            },
          },
          instances.map((one) =>
            h("option", { value: one.id, selected: one.id === instance?.id }, name(one)),
          ),
          !isReadOnly && h("option", { value: "+" }, t("add")),
        ),
      ),
      dialog,
    );
  }
}

/**
 * Files that were dropped, those of folders with their path inside.
 * @param {DataTransferItemList} items
 * @returns {Promise<{path: string, file: File}[]>}
 */
async function dropped(items) {
  /** @type {{path: string, file: File}[]} */
  const found = [];
  const walk = async (/** @type {any} */ entry, /** @type {string} */ before) => {
    if (entry.isFile) {
      const file = await new Promise((resolve, reject) => entry.file(resolve, reject));
      found.push({ path: before + entry.name, file });
    } else if (entry.isDirectory && before.split("/").length <= 2) {
      const reader = entry.createReader();
      for (;;) {
        const some = await new Promise((resolve, reject) => reader.readEntries(resolve, reject));
        if (some.length === 0) break;
        for (const one of some) await walk(one, `${before}${entry.name}/`);
      }
    }
  };
  const entries = [...items].map((item) => [item.webkitGetAsEntry?.(), item.getAsFile()]);
  for (const [entry, file] of entries) {
    if (entry) await walk(entry, "");
    else if (file instanceof File) found.push({ path: file.name, file });
  }
  return found;
}

/**
 * Takes files as an instance: an archive, or tables.
 * @param {{path: string, file: File}[]} files
 */
async function take(files) {
  const archive = files.find(({ path }) => /\.zip$/i.test(path));
  note(t("working"));
  if (archive) {
    await upload(archive.path.replace(/^.*\//, "").replace(/\.zip$/i, ""), archive.file);
    return;
  }
  const top = files.find(({ path }) => /(^|\/)areas\.csv$/.test(path))?.path.replace(/areas\.csv$/, "") ?? "";
  /** @type {Record<string, string>} */
  const tables = {};
  for (const { path, file } of files) {
    const name = path.startsWith(top) ? path.slice(top.length) : path;
    const isTable = /^((divisions|scenarios|years)\/)?[^/.][^/]*\.(csv|json|geojson|toml)$/.test(name);
    if (isTable) tables[name] = await file.text();
  }
  await upload(top.replace(/\/$/, "").replace(/^.*\//, "") || t("own_area"), tables);
}

class Tools extends HTMLElement {
  connectedCallback() {
    watch(["undoable", "redoable", "lang"], () => this.draw());
    document.addEventListener("keydown", (event) => {
      const isText = event.target instanceof Element && event.target.matches("input, textarea");
      if (!(event.ctrlKey || event.metaKey) || isText) return;
      const key = event.key.toLowerCase();
      if (key !== "z" && key !== "y") return;
      event.preventDefault();
      if (key === "y" || event.shiftKey) redo();
      else undo();
    });
    this.draw();
  }

  draw() {
    const { undoable, redoable, lang } = get();
    fill(
      this,
      h("button", { type: "button", id: "undo", disabled: undoable === 0, onclick: undo }, t("undo")),
      h("button", { type: "button", id: "redo", disabled: redoable === 0, onclick: redo }, t("redo")),
      h("button", { type: "button", id: "share", onclick: share }, t("share")),
      h(
        "button",
        {
          type: "button",
          id: "language",
          lang: lang === "en" ? "nb" : "en",
          onclick: () => {
            const next = lang === "en" ? "nb" : "en";
            localStorage.setItem("regionfront-lang", next);
            set({ lang: next });
          },
        },
        t("language"),
      ),
    );
  }
}

async function share() {
  try {
    await navigator.clipboard.writeText(address());
    note(t("shared"));
  } catch {
    note(t("share_by_hand"));
  }
}

class Tabs extends HTMLElement {
  connectedCallback() {
    watch(["tab", "lang"], () => this.draw());
    this.addEventListener("keydown", (event) => {
      const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
      if (!step) return;
      event.preventDefault();
      const at = TABS.indexOf(/** @type {any} */ (get().tab));
      const next = TABS[(at + step + TABS.length) % TABS.length];
      set({ tab: next });
      document.getElementById(`tab-${next}`)?.focus();
    });
    this.draw();
  }

  draw() {
    const { tab } = get();
    fill(
      this,
      h(
        "div",
        { role: "tablist", "aria-label": t("tab_list") },
        TABS.map((name) =>
          h(
            "button",
            {
              type: "button",
              role: "tab",
              id: `tab-${name}`,
              "aria-selected": String(name === tab),
              "aria-controls": `panel-${name}`,
              tabIndex: name === tab ? 0 : -1,
              onclick: () => set({ tab: name }),
            },
            t(`tab_${name}`),
          ),
        ),
      ),
    );
    for (const name of TABS) {
      const panel = document.getElementById(`panel-${name}`);
      if (panel) panel.hidden = name !== tab;
    }
  }
}

class Title extends HTMLElement {
  connectedCallback() {
    watch(["geography", "lang", "instance"], () => {
      const { geography, instance } = get();
      const title = geography?.title ?? instance?.title ?? "";
      fill(this, h("h2", { id: "stage-title" }, title));
      document.title = title ? `${title} – regionfront` : "regionfront";
    });
  }
}

/** How long a note stays, in milliseconds. */
const STAY = 7000;

class Notice extends HTMLElement {
  constructor() {
    super();
    /** @type {ReturnType<typeof setTimeout> | undefined} */
    this.timer = undefined;
  }

  connectedCallback() {
    watch(["notice", "lang"], () => this.draw());
  }

  draw() {
    const { notice } = get();
    clearTimeout(this.timer);
    if (!notice) {
      fill(this);
      return;
    }
    const close = () => set({ notice: null });
    if (notice.kind === "note") this.timer = setTimeout(close, STAY);
    fill(
      this,
      h(
        "div",
        { class: `notice ${notice.kind}` },
        notice.kind === "note" && h("p", {}, notice.text),
        notice.kind === "problem" && problem(notice.problem),
        notice.kind === "explanation" && [h("h2", {}, t("explain_title")), explanation(notice.result)],
        notice.kind === "token" && askToken(),
        h("button", { type: "button", class: "small close", onclick: close, "aria-label": t("close") }, "✕"),
      ),
    );
  }
}

/** @param {import("./api.js").Problem} problem */
function problem(problem) {
  const own = { "no-server": t("no_server"), "no-answer": t("no_answer", { n: problem.status }), "no-page": t("no_page") };
  const known = own[/** @type {keyof typeof own} */ (problem.message)];
  if (known) return h("p", {}, known);
  return [
    h("p", { class: "label" }, t("failed")),
    problem.defects.length > 0 ? defectList(problem.defects) : h("p", {}, problem.message),
  ];
}

function askToken() {
  const field = h("input", { id: "token", type: "password", autocomplete: "off", "aria-label": t("token_label") });
  return h(
    "form",
    {
      onsubmit: (/** @type {Event} */ event) => {
        event.preventDefault();
        setToken(field.value.trim());
        set({ notice: null });
        void attempt(async () => {
          await greet();
          await restore(location.hash.slice(1), get().instances[0]?.id ?? "");
        });
      },
    },
    h("label", { for: "token" }, t("token_title")),
    field,
    h("button", { type: "submit", class: "main" }, t("token_use")),
  );
}

customElements.define("rf-instances", InstanceChooser);
customElements.define("rf-tools", Tools);
customElements.define("rf-tabs", Tabs);
customElements.define("rf-title", Title);
customElements.define("rf-notice", Notice);
