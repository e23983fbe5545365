import { posix } from "node:path";
import type { SourceFile } from "./tree.js";

/** Relative links of a Markdown text that lead to no file: `[…](path)`, also with an anchor behind. */
export function deadLinks({ path, text }: SourceFile, exists: (path: string) => boolean): string[] {
  const targets = [...withoutCode(text).matchAll(/\]\(([^)\s]+)\)/g)].map(([, target]) => target ?? "");
  return targets
    .filter((target) => !/^([a-z]+:|#)/.test(target))
    .map((target) => posix.join(posix.dirname(path), target.replace(/#.*$/, "")))
    .filter((target) => !exists(target));
}

/** Files and folders of the repository that a text names between backticks, and that are not there. */
export function deadNames({ text }: SourceFile, exists: (path: string) => boolean): string[] {
  const names = [...text.matchAll(/`((?:firmware|hal|host-sim|test|manifests|bin|\.ci)\/[\w./-]*)`/g)];
  return names.map(([, name]) => (name ?? "").replace(/\/$/, "")).filter((name) => !exists(name));
}

/** `npm` commands that a text tells the reader to type, and that package.json does not have. */
export function deadScripts({ text }: SourceFile, scripts: readonly string[]): string[] {
  const named = [...text.matchAll(/\bnpm (?:run ([\w:-]+)|(start|test)\b)/g)];
  return named.map(([, run, short]) => run ?? short ?? "").filter((name) => !scripts.includes(name));
}

function withoutCode(text: string): string {
  return text.replace(/^```[^]*?^```/gm, "").replace(/`[^`\n]*`/g, "");
}
