import { existsSync, rmSync } from "node:fs";
import { join } from "node:path";
import { imageBytes, imageOf, linkedSource, type Image } from "./image.js";
import type { Leaf } from "./leaf.js";
import { declaredNames, linkWarnings } from "./link-warning.js";
import { undefinedNatives } from "./native-functions.js";
import type { Sdk } from "./sdk.js";
import { checkTypes, compilationFiles } from "./type-check.js";

/** What was found of one leaf. */
export interface LeafBuild {
  readonly leaf: string;
  /** The compiler's complaints, with the options mcconfig gives it. */
  readonly typeErrors: readonly string[];
  /** Absent where it could not be linked; `fault` then says why. */
  readonly image?: Image;
  /** The step that failed, and the end of what it said. */
  readonly fault?: string;
}

/** Lines of a failed step's output that are shown. */
const faultLines = 12;

/**
 * Resolves the leaf's manifests, checks the types of all its modules, and links its preloaded image. For boards that
 * ends before C is compiled; `lin` is built to the end. Everything is made below `sdk.output`.
 */
export async function buildLeaf(
  sdk: Sdk,
  leaf: Leaf,
  config: Readonly<Record<string, string>> = {},
): Promise<LeafBuild> {
  const folder = leafFolder(sdk, leaf);
  const settings = Object.entries(config).map(([key, value]) => `${key}=${value}`);
  const common = ["-p", leaf.platform, "-o", sdk.output];
  forgetCompilations(folder);
  const resolved = await sdk.run("mcconfig", [...common, leaf.file, ...settings]);
  if (resolved.status !== 0 || !existsSync(join(folder, "modules/tsconfig-base.json")))
    return { leaf: leaf.name, typeErrors: [], fault: faultOf("resolving the manifests", resolved.output) };
  const typeErrors = await checkTypes(sdk, folder);
  const target = leaf.name === "lin" ? "build" : join(folder, "mc.xs.c");
  const linked = await sdk.run("mcconfig", ["-m", ...common, "-t", target, leaf.file, ...settings]);
  if (linked.status !== 0 || !existsSync(join(folder, "mc.xs.c")))
    return { leaf: leaf.name, typeErrors, fault: faultOf("linking", linked.output) };
  return { leaf: leaf.name, typeErrors, ...(await judgeImage(sdk, leaf, linked.output)) };
}

/** What the linker left behind: its figures and warnings, and whether all native functions are there. */
async function judgeImage(sdk: Sdk, leaf: Leaf, output: string): Promise<Pick<LeafBuild, "image" | "fault">> {
  const folder = leafFolder(sdk, leaf);
  const source = linkedSource(folder);
  const figures = imageOf(output, source, linkWarnings(output, declaredNames(sdk.root)));
  const bytes = leaf.name === "lin" ? undefined : await imageBytes(sdk, folder);
  const image = bytes === undefined ? figures : { ...figures, imageBytes: bytes };
  const missing = undefinedNatives(folder, source);
  return missing.length === 0 ? { image } : { image, fault: `no C file defines ${missing.join(", ")}` };
}

/** Where mcconfig puts what it makes of a leaf on the way (`NAME` is `muster`, the build a release). */
export function leafFolder(sdk: Sdk, leaf: Leaf): string {
  return join(sdk.output, "tmp", leaf.platform === "lin" ? "lin/mc" : leaf.platform, "release/muster");
}

/** Of an earlier run in the same folder, perhaps with modules that are gone meanwhile. */
function forgetCompilations(folder: string): void {
  for (const file of compilationFiles(folder)) rmSync(file);
}

function faultOf(step: string, output: string): string {
  const lines = output
    .split("\n")
    .filter((line) => line !== "" && !/^# (tsc|xsc|xsid|copy|cc) |^### warning/.test(line));
  return [`${step} failed`, ...lines.slice(-faultLines)].join("\n");
}
