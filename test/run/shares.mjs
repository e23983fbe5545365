import { readdirSync } from "node:fs";
import { join } from "node:path";
import { root } from "../../bin/set-up.mjs";

/**
 * Tests in which people would hear it when the computer is busy with something else: real processes that talk in real
 * time. Beginnings of paths.
 */
const liveTests = ["test/interop/", "test/host-sim/flood.", "test/host-sim/lab", "test/host-sim/peer."];

/**
 * Shares of the rest, by beginnings of paths, each file in the first that it fits; the longest first, so that none of
 * them is left over at the end.
 */
const virtualShares = [
  ["what runs on the computer", ["test/host-sim/xs/", "test/host-sim/power-cuts/", "test/host-sim/bench/"]],
  ["simulations", ["test/host-sim/"]],
  ["whole handsets", ["test/handset/"]],
  ["changed inputs", ["test/fuzz/"]],
  ["hardware", ["test/hal/"]],
];

/** All test files, each in one share: `live` ones to run alone, `virtual` ones to run beside each other. */
export function shares() {
  const files = readdirSync(join(root, "test"), { recursive: true })
    .filter((path) => path.endsWith(".test.ts"))
    .map((path) => `test/${path}`)
    .sort();
  const live = files.filter((path) => begins(path, liveTests));
  let others = files.filter((path) => !live.includes(path));
  const virtual = [];
  for (const [name, beginnings] of [...virtualShares, ["everything else", [""]]]) {
    virtual.push({ name, parameters: others.filter((path) => begins(path, beginnings)) });
    others = others.filter((path) => !begins(path, beginnings));
  }
  return { virtual, live: [{ name: "in real time", parameters: live }] };
}

function begins(path, beginnings) {
  return beginnings.some((beginning) => path.startsWith(beginning));
}
