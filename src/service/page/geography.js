// An instance as the page counts with it: areas by code, who is beside whom, and who commutes where.

import { maybe } from "./words.js";

/**
 * @typedef {object} Area
 * @property {string} code
 * @property {string} name
 * @property {string} county
 * @property {number} population
 * @property {number} employed
 * @property {number} jobs
 * @property {[number, number]} at
 */

export class Geography {
  /** @param {any} atlas the server's document */
  constructor(atlas) {
    /** @type {string} */
    this.title = atlas.title;
    /** @type {Area[]} */
    this.areas = atlas.areas;
    /** @type {[number, number, string][]} */
    this.links = atlas.links;
    /** @type {{key: string, name: string, regions: [string, number[]][]}[]} */
    this.divisions = atlas.divisions.map((/** @type {any} */ division) => ({
      ...division,
      name: maybe(`division_${division.key}`, division.name),
    }));
    /** @type {{code: string, name: string}[]} */
    this.externalAreas = atlas.external_areas;
    /** @type {number} Commuters between different areas */
    this.total = atlas.commuters_between_areas;
    /** @type {string} */
    this.map = atlas.map;
    /** Whether areas are drawn as polygons, not as dots of a graph. */
    this.hasPolygons = !/<circle[^>]*data-area/.test(atlas.map);
    this.sources = atlas.sources;
    this.licences = atlas.licences;
    this.year = atlas.year;
    this.otherYears = atlas.other_years;
    /** @type {Map<string, number>} */
    this.places = new Map(this.areas.map((area, at) => [area.code, at]));
    /** Who is beside whom, by kinds of links: asked for with every click. @type {Map<string, Set<number>[]>} */
    this.besides = new Map();
    /** Commuters between an area and every other it has any with, both directions.
     * @type {Map<number, number>[]} */
    this.ties = this.areas.map(() => new Map());
    /** @type {number[]} People who live and work in the same area */
    this.own = this.areas.map(() => 0);
    for (let at = 0; at < atlas.flows.length; at += 3) {
      const [from, to, commuters] = atlas.flows.slice(at, at + 3);
      if (from === to) {
        this.own[from] += commuters;
      } else {
        this.ties[from].set(to, (this.ties[from].get(to) ?? 0) + commuters);
        this.ties[to].set(from, (this.ties[to].get(from) ?? 0) + commuters);
      }
    }
  }

  /**
   * The areas beside every area, by links of these kinds.
   * @param {string[]} kinds
   * @returns {Set<number>[]}
   */
  beside(kinds) {
    const key = kinds.join();
    const known = this.besides.get(key);
    if (known) return known;
    /** @type {Set<number>[]} */
    const beside = this.areas.map(() => new Set());
    for (const [a, b, kind] of this.links) {
      if (!kinds.includes(kind)) continue;
      beside[a].add(b);
      beside[b].add(a);
    }
    this.besides.set(key, beside);
    return beside;
  }

  /** @param {string} code */
  name(code) {
    const at = this.places.get(code);
    return at === undefined ? code : this.areas[at].name;
  }

  /**
   * The place of the area that a text means: its code, or its name without regard to case.
   * @param {string} text
   */
  find(text) {
    const wanted = text.trim().toLocaleLowerCase();
    const byCode = this.places.get(text.trim());
    if (byCode !== undefined) return byCode;
    return this.areas.findIndex((area) => area.name.toLocaleLowerCase() === wanted);
  }
}
