import { textTable } from "../table.js";
import type { LeafBuild } from "./leaf-build.js";
import type { LinkWarning } from "./link-warning.js";

/** What was found of one leaf; of `lin` also what happened when it ran. */
export interface LeafReport extends LeafBuild {
  /** What the running phone did, a sentence each; absent where it was not run. */
  readonly ran?: readonly string[];
}

/** Type errors that are shown; a count tells of the rest. */
const errorsShown = 8;

/** Whether nothing is wrong with a leaf. */
export function isSound(report: LeafReport): boolean {
  return report.fault === undefined && report.typeErrors.length === 0 && report.image !== undefined;
}

/** The tables for people: figures of every leaf, what the linker warned of, and what went wrong. */
export function reportTables(version: string, reports: readonly LeafReport[]): string {
  const head = [
    "leaf",
    "types",
    "instances",
    "keys",
    "ROM slots",
    "byte code",
    "image",
    "RAM aliases",
    "result",
  ];
  const figures = textTable(head, reports.map(figuresOf));
  const parts = [`Moddable SDK ${version}`, figures, warningTable(reports), ...typeSentences(reports)];
  for (const report of reports) parts.push(...sentences(report));
  return `${parts.filter((part) => part !== "").join("\n")}\n`;
}

function figuresOf(report: LeafReport): string[] {
  const { leaf, image, typeErrors } = report;
  const types = typeErrors.length === 0 ? "ok" : `${typeErrors.length} wrong`;
  const result = isSound(report) ? "ok" : "FAILED";
  if (image === undefined) return [leaf, types, "", "", "", "", "", "", result];
  const { instances, keys, romSlots, byteCodeBytes, imageBytes, aliases } = image;
  const size = imageBytes === undefined ? "-" : kilobytes(imageBytes);
  return [
    ...[leaf, types, `${instances}`, `${keys}`, `${romSlots} (${kilobytes(romSlots * 16)})`],
    ...[kilobytes(byteCodeBytes), size, `${aliases} (${aliases * 4} B)`, result],
  ];
}

/** Warnings are the same for all leaves but for their boards' own: each is counted once, at its most. */
function warningTable(reports: readonly LeafReport[]): string {
  const most = new Map<string, LinkWarning>();
  for (const warning of reports.flatMap(({ image }) => image?.warnings ?? [])) {
    const key = `${warning.kind} ${warning.module} ${warning.name}`;
    if (warning.count > (most.get(key)?.count ?? 0)) most.set(key, warning);
  }
  const rows = new Map<string, { module: string; kind: string; places: number; names: string[] }>();
  for (const { module, kind, name, count } of most.values()) {
    const row = rows.get(`${kind} ${module}`) ?? { module, kind, places: 0, names: [] };
    rows.set(`${kind} ${module}`, { ...row, places: row.places + count, names: [...row.names, name] });
  }
  if (rows.size === 0) return "";
  const ordered = [...rows.values()].sort((a, b) => b.places - a.places);
  const cells = ordered.map(({ module, kind, places, names }) => [
    module,
    kind,
    `${places}`,
    names.join(", "),
  ]);
  return textTable(["module", "linker", "places", "of"], cells);
}

/** Each complaint of the compiler once, with the leaves that have it. */
function typeSentences(reports: readonly LeafReport[]): string[] {
  const leavesOf = new Map<string, string[]>();
  for (const { leaf, typeErrors } of reports) {
    for (const error of typeErrors) leavesOf.set(error, [...(leavesOf.get(error) ?? []), leaf]);
  }
  const lines = [...leavesOf].map(([error, leaves]) => `${leaves.join(", ")}: ${error}`);
  const left = lines.length - errorsShown;
  return left > 0 ? [...lines.slice(0, errorsShown), `and ${left} more type errors`] : lines;
}

function sentences({ leaf, fault, ran }: LeafReport): string[] {
  return [...(fault === undefined ? [] : [fault]), ...(ran ?? [])].map((sentence) => `${leaf}: ${sentence}`);
}

function kilobytes(bytes: number): string {
  return `${Math.round(bytes / 1024)} KB`;
}
