// What is under way, and no longer wanted once something newer is asked.

/** How often each was asked: an answer to an earlier one is not shown. */
export const underway = {
  rules: 0,
  sheet: 0,
  price: 0,
  compare: 0,
  overlay: 0,
  /** The latest reading of the rules. */
  reading: Promise.resolve(),
};

/** @type {AbortController | null} */
let pricing = null;

/** @type {AbortController | null} */
let following = null;

/** No longer waits for a price: the server does not go on with what nobody waits for. */
export function dropPrice() {
  underway.price += 1;
  pricing?.abort();
}

/** Waits for a price, and for no earlier one. */
export function beginPrice() {
  dropPrice();
  pricing = new AbortController();
  const mine = underway.price;
  return { signal: pricing.signal, isLatest: () => mine === underway.price };
}

/** No longer listens to a run, which goes on. */
export function leaveRun() {
  following?.abort();
}

/** Listens to a run, and to no earlier one. */
export function beginRun() {
  leaveRun();
  const mine = new AbortController();
  following = mine;
  return { signal: mine.signal, isWanted: () => following === mine && !mine.signal.aborted };
}
