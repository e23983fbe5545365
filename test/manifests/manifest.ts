import { readFileSync, readdirSync } from "node:fs";
import { posix } from "node:path";
import { root } from "../tidy/tree.js";

/** What our manifests say, as far as we use it. */
export interface Manifest {
  readonly build?: Readonly<Record<string, string>>;
  readonly include?: readonly string[];
  readonly modules?: Readonly<Record<string, string | readonly string[]>>;
  readonly preload?: readonly string[];
  readonly config?: Readonly<Record<string, unknown>>;
  readonly creation?: Creation;
  readonly defines?: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  readonly typescript?: {
    readonly tsconfig: { readonly compilerOptions: Readonly<Record<string, unknown>> };
  };
  readonly platforms?: Readonly<Record<string, Manifest>>;
}

export interface Creation {
  readonly static?: number;
  readonly chunk?: { readonly initial: number; readonly incremental: number };
  readonly heap?: { readonly initial: number; readonly incremental: number };
  readonly stack?: number;
  readonly keys?: { readonly initial: number; readonly incremental: number };
  readonly nativeStack?: number;
  readonly main?: string;
}

/** A leaf with all it includes, resolved as mcconfig does: what is included first, the leaf's own word last. */
export interface ResolvedLeaf {
  readonly name: string;
  /** Manifests that belong to us, in that order, as `manifests/esp32.json`; the SDK's as they are written. */
  readonly included: readonly string[];
  /** Specifier -> file below the root, without those the leaf leaves out. */
  readonly modules: ReadonlyMap<string, string>;
  /** Specifiers for which the SDK has the source. */
  readonly sdkModules: ReadonlySet<string>;
  /** C sources and headers of ours, below the root. */
  readonly nativeFiles: readonly string[];
  readonly preload: readonly string[];
  readonly build: Readonly<Record<string, string>>;
  readonly config: Readonly<Record<string, unknown>>;
  readonly creation: Creation;
  readonly defines: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
}

/** Names of all leaves: the manifests that say what runs. */
export function leafNames(): string[] {
  const files = readdirSync(`${root}manifests`).filter((name) => name.endsWith(".json"));
  return files.map((name) => posix.basename(name, ".json")).filter((name) => mainOf(name) !== undefined);
}

export function readManifest(path: string): Manifest {
  return JSON.parse(readFileSync(`${root}${path}`, "utf8")) as Manifest;
}

/** The leaf `manifests/<name>.json`. */
export function resolveLeaf(name: string): ResolvedLeaf {
  const parts: { path: string; manifest: Manifest }[] = [];
  const included: string[] = [];
  visit(`manifests/${name}.json`, name, (path, manifest) => {
    included.push(path);
    if (manifest !== undefined) parts.push({ path, manifest });
  });
  const own = parts.map(({ manifest }) => manifest);
  const left = parts.flatMap(({ path, manifest }) =>
    listOf(manifest.modules?.["~"]).map((one) => below(path, one)),
  );
  const found = parts.flatMap(({ path, manifest }) => entriesOf(path, manifest));
  const ours = found.filter(({ file }) => !isSdk(file) && !left.includes(withoutExtension(file)));
  const scripts = ours.filter(({ file }) => /[.](ts|js)$/.test(file) && !file.endsWith(".d.ts"));
  return {
    name,
    included,
    modules: new Map(scripts.map(({ specifier, file }) => [specifier, file])),
    sdkModules: new Set(found.filter(({ file }) => isSdk(file)).map(({ specifier }) => specifier)),
    nativeFiles: ours.map(({ file }) => file).filter((file) => /[.][ch]$/.test(file)),
    preload: own.flatMap((manifest) => manifest.preload ?? []),
    build: Object.assign({}, ...own.map(({ build }) => build)) as Record<string, string>,
    config: Object.assign({}, ...own.map(({ config }) => config)) as Record<string, unknown>,
    creation: Object.assign({}, ...own.map(({ creation }) => creation)) as Creation,
    defines: mergedDefines(own),
  };
}

function mainOf(name: string): string | undefined {
  return readManifest(`manifests/${name}.json`).creation?.main;
}

type Visitor = (path: string, manifest: Manifest | undefined) => void;

/** Depth first; `undefined` for what is the SDK's. The one part of `platforms` that fits counts as a manifest. */
function visit(path: string, leaf: string, visitor: Visitor): void {
  if (isSdk(path)) {
    visitor(path, undefined);
    return;
  }
  const manifest = readManifest(path);
  const platform = manifest.platforms?.[leaf === "lin" ? "lin" : "esp32/*"];
  for (const one of [...(manifest.include ?? []), ...(platform?.include ?? [])]) {
    visit(isSdk(one) ? one : below(path, one), leaf, visitor);
  }
  visitor(path, manifest);
  if (platform !== undefined) visitor(path, platform);
}

/** Every file an entry of `modules` stands for; those of the SDK as they are written. */
function entriesOf(path: string, { modules = {} }: Manifest): { specifier: string; file: string }[] {
  return Object.entries(modules)
    .filter(([target]) => target !== "~")
    .flatMap(([target, sources]) => listOf(sources).flatMap((source) => filesOf(path, target, source)));
}

function filesOf(path: string, target: string, source: string): { specifier: string; file: string }[] {
  if (isSdk(source)) return [{ specifier: target === "*" ? posix.basename(source) : target, file: source }];
  const pattern = below(path, source);
  const folder = posix.dirname(pattern);
  return readdirSync(`${root}${folder}`, { withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => `${folder}/${entry.name}`)
    .filter((file) => (pattern.endsWith("*") ? true : withoutExtension(file) === pattern))
    .map((file) => ({ specifier: target.replace("*", posix.basename(withoutExtension(file))), file }));
}

function mergedDefines(manifests: readonly Manifest[]): Record<string, Record<string, unknown>> {
  const merged: Record<string, Record<string, unknown>> = {};
  for (const { defines = {} } of manifests) {
    for (const [key, value] of Object.entries(defines)) merged[key] = { ...merged[key], ...value };
  }
  return merged;
}

export function withoutExtension(file: string): string {
  return file.replace(/([.]d)?[.]\w+$/, "");
}

function below(path: string, relative: string): string {
  return isSdk(relative) ? relative : posix.join(posix.dirname(path), relative);
}

function isSdk(path: string): boolean {
  return path.startsWith("$(");
}

function listOf(value: string | readonly string[] | undefined): readonly string[] {
  return value === undefined ? [] : typeof value === "string" ? [value] : value;
}
