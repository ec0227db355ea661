// What scenarios are called, in the language of the page: their files say it in both.

/** @typedef {{name: string, description: string}} Told */

/**
 * What a scenario file says for people, by language.
 * @param {string} toml
 * @returns {Record<"en" | "nb", Told>}
 */
export function texts(toml) {
  const [top] = toml.split(/^\[/m);
  const nb = /^\[nb\]$([^]*?)(?=^\[|$(?![^]))/m.exec(toml)?.[1] ?? "";
  const told = (/** @type {string} */ part) => ({
    name: value(part, "name"),
    description: value(part, "description"),
  });
  const en = told(top);
  const other = told(nb);
  return {
    en,
    nb: { name: other.name || en.name, description: other.description || en.description },
  };
}

/**
 * A text of a table, in one line or several; empty where there is none.
 * @param {string} part
 * @param {string} key
 */
function value(part, key) {
  const long = new RegExp(`^${key} = """\\n?([^]*?)"""`, "m").exec(part);
  const short = new RegExp(`^${key} = "((?:[^"\\\\\\n]|\\\\.)*)"`, "m").exec(part);
  const text = long?.[1] ?? short?.[1] ?? "";
  return text
    .replace(/\\\n\s*/g, "")
    .replace(/\\(["\\])/g, "$1")
    .trim();
}
