import { spawnSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { root } from "./tree.js";

/** A small tree with our settings and files of our choice, to see a check of the real tree fire. */
export class PlantedTree {
  readonly folder: string = mkdtempSync(join(tmpdir(), "muster-tidy-"));

  constructor(files: Readonly<Record<string, string>>) {
    for (const settings of ["package.json", "tsconfig.json", "firmware/tsconfig.json", "test/tidy"]) {
      cpSync(join(root, settings), join(this.folder, settings), {
        recursive: true,
        filter: (source) => !/tidy\/.*\.ts$/.test(source),
      });
    }
    symlinkSync(join(root, "node_modules"), join(this.folder, "node_modules"));
    for (const [path, text] of Object.entries(files)) {
      mkdirSync(dirname(join(this.folder, path)), { recursive: true });
      writeFileSync(join(this.folder, path), text);
    }
  }

  /** Runs a package's program in the tree and answers what it prints. */
  run(program: string, ...parameters: readonly string[]): string {
    return spawnSync(process.execPath, [join(root, "node_modules", program), ...parameters], {
      cwd: this.folder,
      encoding: "utf8",
      maxBuffer: 1 << 26,
      timeout: 120_000,
    }).stdout;
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}
