import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { root } from "./tree.js";

interface Ended {
  readonly status: number | null;
  readonly output: string;
}

/** Runs Node to its end; the answer has all it printed. */
async function node(
  folder: string,
  parameters: readonly string[],
  env: Record<string, string> = {},
): Promise<Ended> {
  const child = spawn(process.execPath, parameters, { cwd: folder, env: { ...process.env, ...env } });
  let output = "";
  const keep = (text: Buffer): void => void (output += text.toString());
  child.stdout.on("data", keep);
  child.stderr.on("data", keep);
  return new Promise((resolve) => child.on("close", (status) => resolve({ status, output })));
}

/** A clone as git would make it, of a few source files. */
function clone(): string {
  const folder = mkdtempSync(join(tmpdir(), "muster-set-up-"));
  for (const path of ["bin", "package.json", "package-lock.json", "tsconfig.json", "tsconfig.build.json"]) {
    cpSync(join(root, path), join(folder, path), { recursive: true });
  }
  write(folder, "firmware/a.ts", "export const a: number = 1;\n");
  write(folder, "host-sim/cli.ts", 'import { a } from "../firmware/a.js";\nconsole.log("a is", a);\n');
  return folder;
}

function write(folder: string, path: string, text: string): void {
  mkdirSync(dirname(join(folder, path)), { recursive: true });
  writeFileSync(join(folder, path), text);
}

/** Puts our packages in place of an installation. */
function installed(folder: string): void {
  mkdirSync(join(folder, "node_modules"));
  symlinkSync(join(root, "node_modules/typescript"), join(folder, "node_modules/typescript"));
  symlinkSync(join(root, "node_modules/@types"), join(folder, "node_modules/@types"));
  const hash = createHash("sha256")
    .update(readFileSync(join(folder, "package-lock.json")))
    .digest("hex");
  write(folder, "node_modules/.muster-set-up", `${hash} ${process.platform}-${process.arch}\ncomplete\n`);
}

describe("tidy/set-up", () => {
  let folder: string;
  beforeEach(() => {
    folder = clone();
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  it("compiles what changed, runs it, and does nothing when nothing changed", async () => {
    installed(folder);
    const first = await node(folder, ["bin/muster.mjs"]);
    assert.equal(first.status, 0, first.output);
    assert.match(first.output, /compiling[^]*a is 1\n$/);
    assert.deepEqual(await node(folder, ["bin/muster.mjs"]), { status: 0, output: "a is 1\n" });
    write(folder, "firmware/a.ts", "export const a: number = 20;\n");
    assert.match((await node(folder, ["bin/muster.mjs"])).output, /compiling[^]*a is 20\n$/);
  });

  it("removes the output of a source that is gone", async () => {
    installed(folder);
    write(folder, "firmware/b.ts", "export const b: number = 1;\n");
    await node(folder, ["bin/set-up.mjs"]);
    assert.ok(existsSync(join(folder, "build/firmware/b.js")));
    rmSync(join(folder, "firmware/b.ts"));
    await node(folder, ["bin/set-up.mjs"]);
    assert.ok(!existsSync(join(folder, "build/firmware/b.js")));
    assert.ok(existsSync(join(folder, "build/firmware/a.js")));
  });

  it("says where a source does not compile, each time, status 1", async () => {
    installed(folder);
    write(folder, "firmware/a.ts", "export const a: number = ;\n");
    for (let time = 0; time < 2; time += 1) {
      const { status, output } = await node(folder, ["bin/muster.mjs"]);
      assert.equal(status, 1);
      assert.match(output, /sources do not compile:\nfirmware\/a\.ts\(1,\d+\): error/);
    }
  });

  it("started four times at once, compiles once", async () => {
    installed(folder);
    const all = await Promise.all([1, 2, 3, 4].map(() => node(folder, ["bin/muster.mjs"])));
    for (const { status, output } of all) {
      assert.equal(status, 0, output);
      assert.match(output, /a is 1\n$/);
    }
    assert.equal(all.filter(({ output }) => output.includes("compiling")).length, 1);
  });

  it("takes over the lock of a process that is gone", async () => {
    installed(folder);
    const gone = spawn(process.execPath, ["--version"]);
    await new Promise((resolve) => gone.on("close", resolve));
    write(folder, ".cache/set-up.lock", String(gone.pid));
    assert.equal((await node(folder, ["bin/set-up.mjs"])).status, 0);
    assert.ok(!existsSync(join(folder, ".cache/set-up.lock")));
  });

  it("refuses an old Node by name", async () => {
    const older =
      'Object.defineProperty(process, "versions", { value: { ...process.versions, node: "18.19.0" } })';
    const parameters = ["--import", `data:text/javascript,${encodeURIComponent(older)}`, "bin/muster.mjs"];
    const { status, output } = await node(folder, parameters);
    assert.equal(status, 1);
    assert.equal(output, "muster: needs Node.js 20.12 or later; this is 18.19.0\n");
  });

  it("without registry and compiler says both, and what brings the compiler", async () => {
    mkdirSync(join(folder, "path"));
    const npm = (process.env["PATH"] ?? "").split(":").find((each) => existsSync(join(each, "npm"))) ?? "";
    symlinkSync(join(npm, "npm"), join(folder, "path/npm"));
    symlinkSync(process.execPath, join(folder, "path/node"));
    symlinkSync("/usr/bin/env", join(folder, "path/env"));
    const { status, output } = await node(folder, ["bin/muster.mjs"], {
      PATH: join(folder, "path"),
      npm_config_registry: "http://127.0.0.1:9/",
      npm_config_cache: join(folder, "cache"),
    });
    assert.equal(status, 1);
    assert.match(output, /apt-get install -y g\+\+ make python3\n/);
    assert.match(output, /the npm registry cannot be reached \(ECONNREFUSED\)/);
    assert.ok(!existsSync(join(folder, "node_modules/.muster-set-up")));
  });
});
