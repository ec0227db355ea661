// Making elements without markup in strings: what a file or a client says is text, never markup.

/**
 * Something that can stand in an element.
 * @typedef {Node | string | number | null | undefined | false | Child[]} Child
 */

/**
 * An element with properties and children. Keys that begin with `on` are listeners, `class`, `for`,
 * `aria-…`, `data-…` and `role` are attributes, others are properties.
 * @param {string} name
 * @param {Record<string, any>} [properties]
 * @param {...Child} children
 * @returns {any}
 */
export function h(name, properties = {}, ...children) {
  const element = document.createElement(name);
  for (const [key, value] of Object.entries(properties)) {
    if (value === undefined || value === null || value === false) continue;
    if (key.startsWith("on")) element.addEventListener(key.slice(2), value);
    else if (key in element && !/^(class|for|role|list|form|width|height|type)$/.test(key)) {
      /** @type {any} */ (element)[key] = value;
    } else element.setAttribute(key, value === true ? "" : String(value));
  }
  add(element, children);
  return element;
}

/**
 * Adds children to an element.
 * @param {Element | DocumentFragment} element
 * @param {Child[]} children
 */
function add(element, children) {
  for (const child of children) {
    if (Array.isArray(child)) add(element, child);
    else if (child instanceof Node) element.append(child);
    else if (child !== null && child !== undefined && child !== false) element.append(String(child));
  }
}

/**
 * Gives an element other children. Whoever has the focus inside keeps it, by the id.
 * @param {Element} element
 * @param {...Child} children
 */
export function fill(element, ...children) {
  const focused = document.activeElement;
  const id = focused && element.contains(focused) ? focused.id : "";
  const open = new Set(
    [...element.querySelectorAll("details[open][id]")].map((details) => details.id),
  );
  element.replaceChildren();
  add(element, children);
  for (const details of element.querySelectorAll("details[id]")) {
    if (open.has(details.id)) details.setAttribute("open", "");
  }
  if (id) document.getElementById(id)?.focus({ preventScroll: true });
}

/**
 * Gives an element an attribute, unless it has it: an attribute that is written is drawn again.
 * @param {Element} element
 * @param {string} name
 * @param {string} value
 */
export function put(element, name, value) {
  if (element.getAttribute(name) !== value) element.setAttribute(name, value);
}

/**
 * Gives an element these children in this order; those that it has already stay where they are.
 * @param {Element} element
 * @param {Element[]} wanted
 */
export function arrange(element, wanted) {
  const kept = new Set(wanted);
  for (const child of [...element.children]) if (!kept.has(child)) child.remove();
  let next = element.firstElementChild;
  for (const child of wanted) {
    if (child === next) next = next.nextElementSibling;
    else element.insertBefore(child, next);
  }
}

/**
 * A listener for changes of a field that have the field drawn again. Who leaves a field with Tab changes
 * it on the way: what is done about it waits until the next one has the focus.
 * @param {(value: string) => void} act
 */
export function afterwards(act) {
  return (/** @type {any} */ event) => {
    const { value } = event.target;
    setTimeout(() => act(value));
  };
}

/**
 * A picture that the server drew.
 * @param {string} text
 * @returns {SVGElement}
 */
export function svg(text) {
  const template = document.createElement("template");
  template.innerHTML = text;
  const found = template.content.querySelector("svg");
  if (!found) throw new Error("the server drew nothing");
  return found;
}

/**
 * Hands a text to the user as a file.
 * @param {string} name
 * @param {Blob | string} content
 * @param {string} [kind]
 */
export function save(name, content, kind = "text/csv") {
  const blob = content instanceof Blob ? content : new Blob([content], { type: kind });
  const url = URL.createObjectURL(blob);
  const link = h("a", { href: url, download: name });
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
}
