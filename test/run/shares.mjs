import { readdirSync } from "node:fs";
import { join } from "node:path";
import { root } from "../../bin/set-up.mjs";

/**
 * Tests in which people would hear it when the computer is busy with something else: real processes that talk in real
 * time. Beginnings of paths.
 */
const liveTests = ["test/interop/", "test/host-sim/flood.", "test/host-sim/lab"];

/** Shares of the rest, by beginnings of paths; the longest first, so that none of them is left over at the end. */
const virtualShares = [
  ["what runs on the computer", ["test/host-sim/"]],
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
  const others = files.filter((path) => !live.includes(path));
  const virtual = virtualShares.map(([name, beginnings]) =>
    share(name, others, (path) => begins(path, beginnings)),
  );
  const named = virtualShares.flatMap(([, beginnings]) => beginnings);
  virtual.push(share("everything else", others, (path) => !begins(path, named)));
  return { virtual, live: [share("in real time", live, () => true)] };
}

function share(name, files, isIn) {
  return { name, parameters: files.filter(isIn) };
}

function begins(path, beginnings) {
  return beginnings.some((beginning) => path.startsWith(beginning));
}
