import { readFileSync, readdirSync } from "node:fs";
import { basename, join } from "node:path";

/** A manifest one builds: that of a board, or of Linux. */
export interface Leaf {
  /** `m5stack_core2`, `lin`, ... */
  readonly name: string;
  readonly file: string;
  /** What mcconfig calls it: `esp32/m5stack_core2`, `lin`. */
  readonly platform: string;
}

/** All leaves: the manifests that say which module is `main`, by name. */
export function leavesOf(root: string): Leaf[] {
  const folder = join(root, "manifests");
  return readdirSync(folder)
    .filter((name) => name.endsWith(".json") && namesMain(join(folder, name)))
    .map((name) => {
      const leaf = basename(name, ".json");
      return { name: leaf, file: join(folder, name), platform: leaf === "lin" ? "lin" : `esp32/${leaf}` };
    })
    .sort((a, b) => (a.name < b.name ? -1 : 1));
}

function namesMain(file: string): boolean {
  const manifest = JSON.parse(readFileSync(file, "utf8")) as { creation?: { main?: string } };
  return manifest.creation?.main !== undefined;
}
