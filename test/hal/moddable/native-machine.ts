import { spawn, spawnSync } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import {
  closeSync,
  constants,
  mkdtempSync,
  openSync,
  readFileSync,
  readSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { writeSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import ts from "typescript";
import { fromHex, toHex } from "../../../firmware/core/bytes.js";
import { makeXsProgram, projectRoot } from "../../../host-sim/xs/build.js";
import { needsDebian } from "../../support/debian.js";

/** A value as it travels. */
export type Spelled =
  | number
  | string
  | boolean
  | null
  | { bytes: string }
  | { samples: string }
  | { fields: Readonly<Record<string, unknown>> }
  | readonly unknown[];
export type Question = [name: string, ...values: Spelled[]];
export type Answer = { result: Spelled; values: readonly Spelled[] } | { thrown: string };

/** What a call gave back, and its array arguments as they are after it. */
export interface Outcome {
  readonly result: unknown;
  readonly values: readonly unknown[];
}

/**
 * The XS host with native-answers.ts on it. Calls go there and come back while the caller waits, so that what
 * runs on XS stands behind the same synchronous contracts as everything else. A host that hangs is ended
 * after two minutes; the call then throws.
 */
export class NativeMachine {
  readonly #folder: string = mkdtempSync(join(tmpdir(), "muster-native-"));
  readonly #process: ChildProcess;
  readonly #questions: number;
  readonly #answers: number;
  #unread = "";
  #log = "";

  constructor() {
    const questions = this.#pipe("questions");
    const answers = this.#pipe("answers");
    const state = join(this.#folder, "state");
    const program = ["--map", this.#map(), "--main", mainModule];
    const host = [makeXsProgram("host"), ...program, "--address", "127.0.0.1", "--state", state];
    this.#process = spawn("timeout", ["-s", "KILL", "120", ...host], {
      stdio: [questions.reader, "ignore", answers.writer],
    });
    closeSync(questions.reader);
    closeSync(answers.writer);
    this.#questions = questions.writer;
    this.#answers = answers.reader;
  }

  /** Calls what native-answers.ts knows as `name`. Throws what is thrown there, as "name: message". */
  call(name: string, ...values: readonly unknown[]): Outcome {
    const question = `${JSON.stringify([name, ...values.map(spelling)])}\n`;
    for (let rest = Buffer.from(question); rest.length > 0;) {
      rest = rest.subarray(writeSync(this.#questions, rest));
    }
    const answer = JSON.parse(this.#answer()) as Answer;
    if ("thrown" in answer) throw new Error(answer.thrown);
    return { result: value(answer.result), values: answer.values.map(value) };
  }

  /** Ends the host. */
  close(): void {
    this.#process.kill(); // SIGTERM, which `timeout` hands on
    closeSync(this.#questions);
    closeSync(this.#answers);
    rmSync(this.#folder, { recursive: true });
  }

  #answer(): string {
    for (;;) {
      const end = this.#unread.indexOf("\n");
      if (end < 0) {
        this.#read();
        continue;
      }
      const line = this.#unread.slice(0, end);
      this.#unread = this.#unread.slice(end + 1);
      if (line.startsWith("= ")) return line.slice(2);
      this.#log += `${line}\n`;
    }
  }

  #read(): void {
    const bytes = Buffer.alloc(65536);
    const count = readSync(this.#answers, bytes);
    if (count === 0) throw new Error(`the XS host has ended: ${this.#log}`);
    this.#unread += bytes.toString("latin1", 0, count);
  }

  /** A named pipe: reading and writing it waits, which the pipes of a child process don't offer. */
  #pipe(name: string): { reader: number; writer: number } {
    const path = join(this.#folder, name);
    spawnSync("mkfifo", [path]);
    const opener = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
    const writer = openSync(path, "w");
    const reader = openSync(path, "r");
    closeSync(opener);
    return { reader, writer };
  }

  /** The modules of the program, compiled, and the file that says where they are. */
  #map(): string {
    const lines = [...deviceModules(), ...nativeModules()].map(([name, path]) => `${name} ${path}`);
    for (const name of compiledModules) {
      const source = readFileSync(join(root, `${name}.ts`), "utf8");
      const { outputText } = ts.transpileModule(source, {
        compilerOptions: {
          target: ts.ScriptTarget.ES2022,
          module: ts.ModuleKind.ES2022,
          verbatimModuleSyntax: true,
        },
      });
      const path = join(this.#folder, `${name.replaceAll("/", "-")}.js`);
      writeFileSync(path, outputText);
      lines.push(`${name} ${path}`);
    }
    const map = join(this.#folder, "map");
    writeFileSync(map, `${lines.join("\n")}\n`);
    return map;
  }
}

/** A machine, to be called from a suite's `before`; skips the suite where the XS host cannot be built. */
export function startMachine(context: Mocha.Context): NativeMachine {
  needsDebian(context, "gcc", "make", "libsodium-dev");
  context.timeout(600_000); // the first that runs builds the XS host
  return new NativeMachine();
}

/** A machine for the suite around: started before its tests, ended after them. */
export function suiteMachine(): Pick<NativeMachine, "call"> {
  let machine: NativeMachine | undefined;
  before(function () {
    machine = startMachine(this);
  });
  after(() => machine?.close());
  return {
    call(name: string, ...values: readonly unknown[]): Outcome {
      if (machine === undefined) throw new Error("no test is running");
      return machine.call(name, ...values);
    },
  };
}

const root = projectRoot();
const mainModule = "test/hal/moddable/native-answers";
const compiledModules = [
  mainModule,
  "firmware/core/bytes",
  "hal/moddable/crypto",
  "hal/moddable/frame-codec",
  "hal/moddable/random",
];

function nativeModules(): [string, string][] {
  const names = ["aes", "entropy", "g711", "mac", "memory", "samples", "sodium"];
  return names.map((name) => [`muster/${name}`, join(root, `hal/moddable/native/${name}.js`)]);
}

function deviceModules(): [string, string][] {
  const folder = join(root, "host-sim/xs/device");
  const files = JSON.parse(readFileSync(join(folder, "modules.json"), "utf8")) as Record<string, string>;
  return Object.entries(files).map(([name, file]) => [name, join(folder, file)]);
}

function spelling(given: unknown): Spelled {
  if (given instanceof Uint8Array) return { bytes: toHex(given) };
  if (given instanceof Int16Array) {
    return { samples: toHex(new Uint8Array(given.buffer, given.byteOffset, given.byteLength)) };
  }
  return Array.isArray(given) ? given.map(spelling) : (given as Spelled);
}

function value(spelled: Spelled): unknown {
  if (Array.isArray(spelled)) return spelled.map((each) => value(each as Spelled));
  if (typeof spelled !== "object" || spelled === null) return spelled ?? undefined;
  if ("bytes" in spelled) return fromHex(spelled.bytes);
  if ("samples" in spelled) return new Int16Array(fromHex(spelled.samples)?.buffer ?? new ArrayBuffer(0));
  if (!("fields" in spelled)) return undefined;
  const entries = Object.entries(spelled.fields).map(([name, each]) => [name, value(each as Spelled)]);
  return Object.fromEntries(entries);
}
