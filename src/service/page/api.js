// The server: questions, answers, events, and what is wrong, as it says it.

import { get } from "./store.js";

/** What a server says is wrong: a problem document. */
export class Problem extends Error {
  /** @param {any} document */
  constructor(document) {
    super(document.detail || document.title || "");
    this.code = String(document.code ?? "");
    /** @type {{code: string, at: string, what: string, help: string}[]} */
    this.defects = document.defects ?? [];
    this.status = Number(document.status ?? 0);
  }
}

const TOKEN = "regionfront-token";

/** The token of this visit; empty where none is needed. */
export function token() {
  return sessionStorage.getItem(TOKEN) ?? "";
}

/** @param {string} value */
export function setToken(value) {
  sessionStorage.setItem(TOKEN, value);
}

/**
 * Asks the server for something.
 * @param {string} path
 * @param {RequestInit & {headers?: Record<string, string>}} [options]
 */
export async function request(path, options = {}) {
  /** @type {Record<string, string>} */
  const headers = { ...options.headers };
  // What is wrong and what helps is said in the language of the page.
  headers["Accept-Language"] = get().lang;
  if (token()) headers.Authorization = `Bearer ${token()}`;
  let response;
  try {
    response = await fetch(path, { ...options, headers });
  } catch (error) {
    if (options.signal?.aborted) throw error;
    throw new Problem({ code: "", status: 0, detail: "no-server" });
  }
  if (response.ok) return response;
  let document;
  try {
    document = await response.json();
  } catch {
    document = { status: response.status, detail: "no-answer" };
  }
  throw new Problem(document);
}

/**
 * A document of the server.
 * @param {string} path
 * @param {Record<string, string | undefined>} [parameters]
 * @param {AbortSignal} [signal]
 */
export async function read(path, parameters = {}, signal = undefined) {
  const query = new URLSearchParams();
  for (const [key, value] of Object.entries(parameters)) {
    if (value !== undefined && value !== "") query.set(key, value);
  }
  const text = query.toString();
  const address = text ? `${path}?${text}` : path;
  const response = await request(address, { headers: { Accept: "application/json" }, signal });
  return response.json();
}

/**
 * Asks a question: the job it is.
 * @param {string} process
 * @param {Record<string, any>} inputs
 */
export async function ask(process, inputs) {
  const response = await request(`/processes/${process}/execution`, {
    method: "POST",
    headers: { "Content-Type": "application/json", Prefer: "respond-async" },
    body: JSON.stringify({ inputs }),
  });
  return response.json();
}

/**
 * The result of a question, as soon as it is there. The job is kept by the server, whoever waits; one
 * that is attended ends when nobody does.
 * @param {string} process
 * @param {Record<string, any>} inputs
 * @param {{signal?: AbortSignal, isAttended?: boolean}} [terms]
 * @returns {Promise<{job: string, result: any}>}
 */
export async function answer(process, inputs, { signal, isAttended = false } = {}) {
  for (let tries = 1; ; tries += 1) {
    try {
      return await answerOnce(process, inputs, isAttended, signal);
    } catch (error) {
      // Somebody else had asked the same, and no longer waits for it.
      const isGone = error instanceof Problem && error.status === 410;
      if (!isAttended || !isGone || signal?.aborted || tries === 3) throw error;
    }
  }
}

/**
 * @param {string} process
 * @param {Record<string, any>} inputs
 * @param {boolean} isAttended
 * @param {AbortSignal} [signal]
 */
async function answerOnce(process, inputs, isAttended, signal) {
  const response = await request(`/processes/${process}/execution`, {
    method: "POST",
    headers: {
      "Content-Type": "application/json",
      Prefer: isAttended ? "wait=5, attended" : "wait=5",
    },
    body: JSON.stringify({ inputs }),
    signal,
  });
  const job = (response.headers.get("location") ?? "").replace("/jobs/", "");
  if (response.status === 200) return { job, result: await response.json() };
  await response.body?.cancel();
  for await (const event of events(job, signal)) void event;
  return { job, result: await read(`/jobs/${job}/results`, {}, signal) };
}

/**
 * The events of a job until it has ended. A connection that breaks is taken up where it was.
 * @param {string} job
 * @param {AbortSignal} [signal]
 * @returns {AsyncGenerator<{id: string, kind: string, data: any}>}
 */
export async function* events(job, signal = undefined) {
  let last = "";
  let pause = 500;
  for (;;) {
    let isOver = false;
    try {
      /** @type {Record<string, string>} */
      const headers = last ? { "Last-Event-ID": last } : {};
      const response = await request(`/jobs/${job}/events`, { headers, signal });
      if (response.status === 204 || !response.body) return;
      pause = 500;
      for await (const event of parse(response.body)) {
        last = event.id;
        yield event;
      }
      const { status } = await read(`/jobs/${job}`, {}, signal);
      isOver = status !== "accepted" && status !== "running";
    } catch (error) {
      if (signal?.aborted) return;
      if (error instanceof Problem && error.status >= 400 && error.status < 500) throw error;
      await new Promise((resolve) => setTimeout(resolve, pause));
      pause = Math.min(pause * 2, 10_000);
    }
    if (isOver) return;
  }
}

/**
 * Reads server-sent events.
 * @param {ReadableStream<Uint8Array>} body
 */
async function* parse(body) {
  const reader = body.getReader();
  const decoder = new TextDecoder();
  let text = "";
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return;
    text += decoder.decode(value, { stream: true });
    for (;;) {
      const end = text.indexOf("\n\n");
      if (end < 0) break;
      const event = { id: "", kind: "message", data: /** @type {any} */ (null) };
      for (const line of text.slice(0, end).split("\n")) {
        const [, key, said] = /^(\w+): ?(.*)$/.exec(line) ?? [];
        if (key === "id") event.id = said;
        else if (key === "event") event.kind = said;
        else if (key === "data") event.data = JSON.parse(said);
      }
      text = text.slice(end + 2);
      if (event.id) yield event;
    }
  }
}
