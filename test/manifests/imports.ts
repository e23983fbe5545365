import { readFileSync } from "node:fs";
import { root } from "../tidy/tree.js";

/** What a file imports when it runs; imports of types alone are gone by then. */
export function importsOf(path: string): string[] {
  const text = readFileSync(`${root}${path}`, "utf8");
  const statements = text.matchAll(/^(?:import|export) (?!type\b)(?:[^;"]*? from )?"([^"]+)";/gm);
  return [...statements].map(([, name]) => name ?? "");
}
