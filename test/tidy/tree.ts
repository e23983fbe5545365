import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

/** A file of the repository: its path below the root, with `/`, and its text. */
export interface SourceFile {
  readonly path: string;
  readonly text: string;
}

export const root: string = fileURLToPath(new URL("../../", import.meta.url));

const notOurs = /^(node_modules|build|\.cache|\.git|lab-[^/]*)$/;

/** Paths of all files of the repository, sorted; what is installed, built or cached is left out. */
export function repositoryPaths(folder = ""): string[] {
  return readdirSync(`${root}${folder}`, { withFileTypes: true })
    .filter((entry) => folder !== "" || !notOurs.test(entry.name))
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .flatMap((entry) => {
      const path = `${folder}${entry.name}`;
      return entry.isDirectory() ? repositoryPaths(`${path}/`) : [path];
    });
}

/** Files whose path matches, with their text. */
export function repositoryFiles(pattern: RegExp): SourceFile[] {
  const paths = repositoryPaths().filter((path) => pattern.test(path));
  return paths.map((path) => ({ path, text: readFileSync(`${root}${path}`, "utf8") }));
}
