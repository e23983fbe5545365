import { readFileSync } from "node:fs";
import { join } from "node:path";
import { filesBelow } from "./folder.js";

/** How often the linker complained of one thing at module level: each place takes 4 bytes of RAM. */
export interface LinkWarning {
  /** The module that declares it; the linker's own words where none of ours does. */
  readonly module: string;
  /** `harmful`, `settingTable`, ... */
  readonly name: string;
  /** `not frozen`: an object or array that scripts could change; `no const`: a variable. */
  readonly kind: string;
  readonly count: number;
}

/**
 * The linker's warnings, put together by what they are about. It names things by the way it came to them
 * (`main: default() Handset() … parseCommand() printable() harmful[3]`); the last name is looked up in our sources.
 */
export function linkWarnings(output: string, modules: ReadonlyMap<string, string>): LinkWarning[] {
  const found = new Map<string, LinkWarning>();
  for (const [, path, kind] of output.matchAll(/^### warning: (.+): (not frozen|no const)$/gm)) {
    if (path === undefined || kind === undefined) continue;
    const name = /([\p{L}_$][\p{L}\p{N}_$]*)[^\s]*$/u.exec(path)?.[1] ?? path;
    const module = modules.get(name) ?? path.split(": ")[0] ?? path;
    const key = `${kind} ${module} ${name}`;
    found.set(key, { module, name, kind, count: (found.get(key)?.count ?? 0) + 1 });
  }
  return [...found.values()].sort((a, b) => b.count - a.count || (a.module < b.module ? -1 : 1));
}

/** Which of our modules declares a constant of this name at its top. */
export function declaredNames(root: string): Map<string, string> {
  const files = ["firmware", "hal/moddable", "manifests"].flatMap((folder) => filesBelow(join(root, folder)));
  const names = new Map<string, string>();
  for (const file of files.filter((name) => /[.](ts|js)$/.test(name))) {
    const module = file.slice(root.length + 1, -3);
    const declarations = readFileSync(file, "utf8").matchAll(/^(?:export )?(?:const|let) ([\w$]+)/gm);
    for (const [, name] of declarations) names.set(name ?? "", module);
  }
  return names;
}
