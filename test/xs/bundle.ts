import { build as runEsbuild, type Plugin } from "esbuild";
import { fileURLToPath } from "node:url";
import { seed } from "../support/seed.js";
import { inlinedFiles } from "./inlined-files.js";

const root = fileURLToPath(new URL("../../", import.meta.url));

/** What stands in the place of a module on XS. */
const replaced: readonly (readonly [RegExp, string])[] = [
  [/^node:assert(\/strict)?$/, "test/xs/engine/assert.ts"],
  [/\/hal\/node\/sodium-crypto\.js$/, "test/xs/engine/sodium-crypto.ts"],
  [/\/hal\/node\/random\.js$/, "test/xs/engine/system-random.ts"],
];

/** CommonJS packages that a test asks for by `createRequire`. */
const required = ["cbor-web"];

/** Modules that the XS host brings: the natives and modules of the device. */
export const ofDevice = /^(muster|embedded|pins|mc)[/:]|^(timer|time)$/;

/** Long random tests go round a quarter as often: XS is some thirty times slower than Node's engine. */
export const roundsShare = 0.25;

const environment = { MUSTER_SEED: `${seed}`, MUSTER_ROUNDS_SHARE: `${roundsShare}` };

/** One script of all `files` with mocha, what they import and what they read; and its source map. */
export async function bundle(files: readonly string[]): Promise<{ script: string; map: string }> {
  const built = await runEsbuild({
    stdin: { contents: entry(files), resolveDir: root, sourcefile: "test/xs/entry.js" },
    bundle: true,
    write: false,
    outfile: "muster-tests.js",
    format: "esm",
    platform: "neutral",
    mainFields: ["main"],
    conditions: ["import"],
    target: "es2022",
    charset: "utf8",
    sourcemap: "external",
    sourcesContent: false,
    logLevel: "silent",
    banner: { js: `globalThis.process = { env: ${JSON.stringify(environment)} };` },
    plugins: [platform()],
  });
  const text = (ending: string): string =>
    built.outputFiles.find(({ path }) => path.endsWith(ending))?.text ?? "";
  return { script: text(".js"), map: text(".js.map") };
}

/** Globals first, then mocha, then each test file with a mark in front of it. */
function entry(files: readonly string[]): string {
  const marked = files.flatMap((file) => [`import "file-mark:${file}";`, `import "./${file}";`]);
  return [
    `import "./test/xs/engine/globals.ts";`,
    `import "mocha/mocha.js";`,
    `import { runSuites } from "./test/xs/engine/mocha.ts";`,
    `import { mochaHooks } from "./test/support/message-tap.ts";`,
    ...marked,
    `runSuites(mochaHooks);`,
  ].join("\n");
}

/** Puts what XS has in the place of what Node has. */
export function platform(): Plugin {
  return {
    name: "platform",
    setup(build) {
      for (const [filter, module] of replaced) {
        build.onResolve({ filter }, () => ({ path: root + module }));
      }
      build.onResolve({ filter: ofDevice }, ({ path }) => ({ path, external: true }));
      build.onResolve({ filter: /^file-mark:/ }, ({ path }) => ({
        path: path.slice(10),
        namespace: "file-mark",
      }));
      build.onLoad({ filter: /./, namespace: "file-mark" }, ({ path }) => ({
        contents: `import { beginFile } from "./test/xs/engine/mocha.ts"; beginFile(${JSON.stringify(path)});`,
        resolveDir: root,
      }));
      build.onResolve({ filter: /^node:module$/ }, ({ importer }) => {
        if (!importer.endsWith("/test/support/cbor-web.ts")) return undefined;
        return { path: "node:module", namespace: "required" };
      });
      // tweetnacl looks for a source of chance when it is loaded; tests bring their own.
      build.onResolve({ filter: /^crypto$/ }, ({ path }) => ({ path, namespace: "empty" }));
      build.onLoad({ filter: /./, namespace: "empty" }, () => ({ contents: "" }));
      build.onLoad({ filter: /./, namespace: "required" }, () => ({
        contents: requirer(),
        resolveDir: root,
      }));
      build.onLoad({ filter: /\/test\/support\/file\.ts$/ }, () => ({
        contents: inlinedFiles(),
        loader: "js",
      }));
    },
  };
}

function requirer(): string {
  const packages = required.map((name) => `${JSON.stringify(name)}: () => require("${name}")`);
  return `const packages = { ${packages.join(", ")} };
export const createRequire = () => (name) => packages[name]();`;
}
