import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";

/** A module the engine finds by `specifier`. */
export interface MappedModule {
  readonly specifier: string;
  /** Its compiled JavaScript, an absolute path. */
  readonly path: string;
  /** Runs before the phone is switched on, and lies in flash from then on. */
  readonly preload: boolean;
}

export interface ModuleMapOptions {
  /** The project's root, with `build` up to date. */
  readonly root: string;
  /** What `main` is: a specifier, whose default export is called. */
  readonly main?: string;
  /** Specifiers that are not to be preloaded. */
  readonly live?: readonly string[];
  /** Further modules, or others in place of those of the same specifier. */
  readonly extra?: readonly MappedModule[];
}

/** Modules in those folders that a phone has not: its crypto is native. */
const notForPhones = ["edwards25519", "strict-ed25519", "tweetnacl-crypto"].map(
  (name) => `hal/portable/${name}`,
);
/** Compiled folders whose modules a phone may import: a module's specifier is its path. */
const phoneFolders = ["firmware", "hal/moddable", "hal/portable", "manifests"];

/**
 * The modules of a phone: what we compile, the natives that ship (`muster/...`), and the device's own as
 * host-sim/xs/device has them. All are preloaded, as in the manifests.
 */
export function moduleMap({ root, live = [], extra = [] }: ModuleMapOptions): MappedModule[] {
  const modules = new Map<string, MappedModule>();
  const add = (specifier: string, path: string): void => {
    modules.set(specifier, { specifier, path, preload: !live.includes(specifier) });
  };
  for (const folder of phoneFolders) {
    for (const path of scriptsBelow(join(root, "build", folder))) {
      const specifier = withoutExtension(relative(join(root, "build"), path));
      if (!notForPhones.includes(specifier)) add(specifier, path);
    }
  }
  const natives = join(root, "hal/moddable/native");
  for (const path of scriptsBelow(natives)) add(`muster/${withoutExtension(relative(natives, path))}`, path);
  const device = join(root, "host-sim/xs/device");
  for (const [specifier, file] of deviceModules(device)) add(specifier, join(device, file));
  for (const module of extra) modules.set(module.specifier, module);
  return [...modules.values()];
}

/** The map as the engine reads it: a line for each module. */
export function moduleMapText(modules: readonly MappedModule[]): string {
  return modules
    .map(({ specifier, path, preload }) => `${specifier} ${path}${preload ? " preload" : ""}\n`)
    .join("");
}

/** Writes the map of a phone to `path`, and beside it the module `main`, which hands on the default export. */
export function writeModuleMap(path: string, options: ModuleMapOptions): string {
  const mainModule = join(dirname(resolve(path)), "main.js");
  mkdirSync(dirname(path), { recursive: true });
  const main = { specifier: "main", path: mainModule, preload: false };
  put(mainModule, `export { default } from "${options.main ?? "manifests/main"}";\n`);
  put(path, moduleMapText([...moduleMap(options), main]));
  return path;
}

/** Nobody reads a file half written. */
function put(path: string, text: string): void {
  if (existsSync(path) && readFileSync(path, "utf8") === text) return;
  const fresh = `${path}.${process.pid}`;
  writeFileSync(fresh, text);
  renameSync(fresh, path);
}

function deviceModules(folder: string): [specifier: string, file: string][] {
  const list = JSON.parse(readFileSync(join(folder, "modules.json"), "utf8")) as Record<string, string>;
  return Object.entries(list);
}

function scriptsBelow(folder: string): string[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter((file) => file.endsWith(".js"))
    .sort()
    .map((file) => join(folder, file));
}

function withoutExtension(path: string): string {
  return path.slice(0, -".js".length);
}
