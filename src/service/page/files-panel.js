// The panel of what can be taken away: files of the run, reports, a link.

import { attempt } from "./actions.js";
import { request, token } from "./api.js";
import { fill, h, save } from "./dom.js";
import { address } from "./link.js";
import { report } from "./runs.js";
import { get, watch } from "./store.js";
import { number, t } from "./words.js";

class FilesPanel extends HTMLElement {
  connectedCallback() {
    watch(["run", "files", "lang", "plan", "point", "rules", "geography", "tab"], () => {
      if (get().tab === "files") this.draw();
    });
  }

  draw() {
    const { run, files, geography, isReadOnly } = get();
    const made = run?.report;
    const page = made?.files.find((/** @type {any} */ file) => file.name === "report.html");
    const own = files.find((/** @type {any} */ file) => file.name === "report.html");
    fill(
      this,
      h("h2", {}, t("files_title")),
      h(
        "label",
        { class: "field" },
        h("span", { class: "label" }, t("link_title")),
        h("input", { id: "link", readOnly: true, value: address() }),
      ),
      files.length === 0 && h("p", { class: "hint" }, t("files_none")),
      run?.answer &&
        !made &&
        !isReadOnly &&
        h(
          "button",
          { type: "button", class: "main", id: "report", onclick: () => attempt(report) },
          t("make_report"),
        ),
      (page ?? own) &&
        h(
          "p",
          {},
          h(
            "a",
            { href: (page ?? own).href, target: "_blank", rel: "noopener", class: "main button" },
            t("open_report"),
          ),
        ),
      made && list(made.files),
      files.length > 0 && h("h3", {}, t("files_run")),
      files.length > 0 && list(files),
      geography &&
        h(
          "section",
          { class: "sources" },
          h("h3", {}, t("sources")),
          h(
            "ul",
            {},
            geography.sources.map((/** @type {any} */ source) =>
              h(
                "li",
                {},
                source.path.startsWith("https://")
                  ? h("a", { href: source.path, rel: "noopener", target: "_blank" }, source.title)
                  : source.title,
              ),
            ),
          ),
          h("p", { class: "quiet" }, geography.licences.join("; ")),
        ),
    );
  }
}

/** @param {any[]} files */
function list(files) {
  const size = (/** @type {number} */ bytes) =>
    bytes < 1024 ? `${bytes} B` : `${number(Math.ceil(bytes / 1024))} KiB`;
  return h(
    "ul",
    { class: "files" },
    files.map((file) =>
      h(
        "li",
        {},
        h(
          "a",
          { href: file.href, download: file.name.replaceAll("/", "-"), onclick: fetched(file) },
          file.name,
        ),
        h("span", { class: "quiet" }, ` ${size(file.size)}`),
      ),
    ),
  );
}

/**
 * Where a token is needed, a link alone does not fetch.
 * @param {any} file
 */
function fetched(file) {
  return (/** @type {Event} */ event) => {
    if (!token()) return;
    event.preventDefault();
    void attempt(async () => {
      const response = await request(file.href);
      save(file.name.replaceAll("/", "-"), await response.blob());
    });
  };
}

customElements.define("rf-files", FilesPanel);
