/** Whether build/ still tells what the sources say, and how it is brought up to date. */
import { existsSync, mkdirSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";

const project = "tsconfig.build.json";
const folders = ["firmware", "hal", "host-sim", "manifests"];

/** True when no source was added, removed or written since the last compilation: a look at names and times only. */
export function isUpToDate(root) {
  const stamp = join(root, "build/.sources");
  return existsSync(stamp) && readFileSync(stamp, "utf8") === listing(root);
}

/**
 * Compiles with `compiler(project)`, which answers `{ status, output }`; output of sources that are gone is
 * removed.
 */
export async function bringUpToDate(root, compiler) {
  const stamp = join(root, "build/.sources");
  const current = listing(root);
  rmSync(stamp, { force: true });
  if (hasLostSource(root)) rmSync(join(root, "build"), { recursive: true, force: true });
  mkdirSync(join(root, "build"), { recursive: true });
  const result = await compiler(project);
  if (result.status === 0) writeFileSync(stamp, current);
  return result;
}

function listing(root) {
  const lines = ["package-lock.json", "tsconfig.json", project].map((file) => line(root, file));
  for (const folder of folders) {
    for (const file of filesBelow(root, folder)) {
      if (file.endsWith(".ts")) lines.push(line(root, file));
    }
  }
  return lines.join("\n");
}

function line(root, file) {
  const { mtimeMs, size } = statSync(join(root, file));
  return `${file} ${mtimeMs} ${size}`;
}

function hasLostSource(root) {
  return folders.some((folder) =>
    filesBelow(join(root, "build"), folder).some(
      (file) => file.endsWith(".js") && !existsSync(join(root, file.replace(/\.js$/, ".ts"))),
    ),
  );
}

/** Paths below `root`, with `/` between names, sorted. */
function filesBelow(root, folder) {
  if (!existsSync(join(root, folder))) return [];
  return readdirSync(join(root, folder), { withFileTypes: true })
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .flatMap((entry) => {
      const path = `${folder}/${entry.name}`;
      return entry.isDirectory() ? filesBelow(root, path) : [path];
    });
}
