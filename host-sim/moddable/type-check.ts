import { copyFileSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { filesBelow } from "./folder.js";
import type { Sdk } from "./sdk.js";

/** One module as mcconfig means to compile it: its source, and the folder below which the output is expected. */
interface Compilation {
  readonly source: string;
  readonly outDir: string;
}

/**
 * Compiles all TypeScript of a leaf in one run of tsc, with the options mcconfig wrote into `folder`/modules, and puts
 * the output where mcconfig's makefile looks for it. (Left alone, it starts one tsc for each module: minutes.)
 * The answer: the compiler's complaints, a line each.
 */
export async function checkTypes(sdk: Sdk, folder: string): Promise<string[]> {
  const compilations = compilationFiles(folder).map(compilationOf);
  const outDir = join(folder, "tsc-all");
  rmSync(outDir, { recursive: true, force: true });
  const project = join(folder, "all-tsconfig.json");
  const files = compilations.map(({ source }) => source);
  const compilerOptions = { rootDir: "/", outDir };
  writeFileSync(
    project,
    JSON.stringify({ extends: join(folder, "modules/tsconfig-base.json"), compilerOptions, files }),
  );
  const { status, output } = await sdk.run("tsc", ["-p", project, "--pretty", "false"]);
  for (const compilation of compilations) placeOutput(outDir, compilation);
  const complaints = output.split("\n").filter((line) => line.includes("error TS"));
  if (status !== 0 && complaints.length === 0) complaints.push(output.trim());
  return complaints;
}

/** The compiler's instructions for each module, as mcconfig left them. */
export function compilationFiles(folder: string): string[] {
  return filesBelow(join(folder, "modules")).filter((file) => file.endsWith("-tsconfig.json"));
}

function compilationOf(file: string): Compilation {
  const { compilerOptions, files } = JSON.parse(readFileSync(file, "utf8")) as {
    compilerOptions: { outDir: string };
    files: [string];
  };
  return { source: files[0], outDir: compilerOptions.outDir };
}

function placeOutput(from: string, { source, outDir }: Compilation): void {
  const name = source.replace(/[.]ts$/, ".js");
  for (const file of [name, `${name}.map`]) {
    if (!existsSync(from + file)) continue;
    mkdirSync(dirname(outDir + file), { recursive: true });
    copyFileSync(from + file, outDir + file);
  }
}
