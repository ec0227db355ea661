// Servers of the tests' own.

import { spawn } from "node:child_process";
import { accessSync, constants, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";

const root = resolve(dirname(fileURLToPath(import.meta.url)), "../..");

/** Where the program is. */
export const program = resolve(
  root,
  process.env.CARGO_TARGET_DIR ?? "target",
  "release",
  process.platform === "win32" ? "regionfront.exe" : "regionfront",
);

/** The folder of instances. */
export const instances = join(root, "instances");

/** The browser that the system has. */
export function browser() {
  const names = ["chromium", "chromium-browser", "google-chrome"];
  for (const folder of (process.env.PATH ?? "").split(delimiter)) {
    for (const name of names) {
      const path = join(folder, name);
      try {
        accessSync(path, constants.X_OK);
        return path;
      } catch {
        // Not here.
      }
    }
  }
  throw new Error("there is no Chromium to look at the page with: sh .ci/setup-tests installs it");
}

/**
 * Starts a server; where it listens, and how it ends.
 * @param {string[]} [options]
 * @param {string} [store] a store that others have filled
 * @param {Record<string, string>} [environment] what it finds otherwise than the tests
 */
export async function serve(options = [], store = undefined, environment = {}) {
  const folder = mkdtempSync(join(tmpdir(), "regionfront-page-"));
  const own = `sqlite://${join(folder, "service.sqlite")}`;
  const server = spawn(
    program,
    ["serve", "--listen", "127.0.0.1:0", "--store", store ?? own, "--instances", instances, ...options],
    { stdio: ["ignore", "ignore", "pipe"], env: { ...process.env, ...environment } },
  );
  const address = await new Promise((tell, fail) => {
    let said = "";
    server.on("error", (error) =>
      fail(new Error(`${program} does not start (${error.message}): cargo build --release --workspace`)),
    );
    server.on("exit", () => fail(new Error(`the server ended: ${said}`)));
    server.stderr.on("data", (data) => {
      said += data;
      const found = /listening on (http:\/\/\S+)/.exec(said);
      if (found) tell(found[1]);
    });
  });
  const close = async () => {
    const ended = new Promise((tell) => server.once("exit", tell));
    server.kill("SIGTERM");
    await ended;
    if (!store) rmSync(folder, { recursive: true, force: true });
  };
  return { address: String(address), store: store ?? own, close };
}

/** One server for all tests; it ends with them. */
export default async function setup() {
  const server = await serve(["--workers", "2"]);
  process.env.REGIONFRONT_PAGE = server.address;
  process.env.REGIONFRONT_STORE = server.store;
  return server.close;
}
