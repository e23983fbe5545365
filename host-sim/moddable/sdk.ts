import { existsSync, readFileSync } from "node:fs";
import { delimiter, isAbsolute, join } from "node:path";
import { CommandFault } from "../command-line.js";
import { runProgram, type RunResult } from "./program-run.js";
import { makeStubIdf } from "./stub-idf.js";

const stepLimitMs = 10 * 60_000;
const tools = ["mcconfig", "xsc", "xsid", "xsl"];

/** A Moddable SDK with its host tools, called so that everything it makes lands below one folder. */
export class Sdk {
  /** Where the project is. */
  readonly root: string;
  /** Where the SDK is. */
  readonly folder: string;
  /** Where everything goes that is made. */
  readonly output: string;
  readonly #environment: Readonly<Record<string, string | undefined>>;

  constructor(root: string, folder: string, output: string) {
    this.root = root;
    this.folder = folder;
    this.output = output;
    const first = [join(root, "node_modules/.bin"), toolFolder(folder), join(this.idf, "bin")];
    const path = [...first, process.env["PATH"] ?? ""].join(delimiter);
    this.#environment = { ...process.env, MODDABLE: folder, IDF_PATH: this.idf, PATH: path };
  }

  /** Where what stands for ESP-IDF is. */
  get idf(): string {
    return join(this.output, "idf");
  }

  /** The SDK's version, from its typings. */
  get version(): string {
    return (this.#json("typings/package.json") as { version: string }).version;
  }

  /** The version of ESP-IDF it wants to see: `v6.0`. */
  get idfVersion(): string {
    const manifest = this.#json("build/devices/esp32/manifest.json");
    return (manifest as { build: { EXPECTED_ESP_IDF: string } }).build.EXPECTED_ESP_IDF;
  }

  run(program: string, parameters: readonly string[]): Promise<RunResult> {
    return runProgram(program, parameters, {
      folder: this.root,
      environment: this.#environment,
      limitMs: stepLimitMs,
    });
  }

  #json(path: string): unknown {
    return JSON.parse(readFileSync(join(this.folder, path), "utf8"));
  }
}

/** The SDK in this folder, ready for use; a sentence for the person where it cannot be used. */
export async function openSdk(root: string, folder: string, output: string): Promise<Sdk> {
  if (!isAbsolute(folder) || !existsSync(join(folder, "examples/manifest_base.json")))
    throw new CommandFault("no-sdk", `MODDABLE is "${folder}": there is no Moddable SDK`);
  const missing = tools.filter((tool) => !existsSync(join(toolFolder(folder), tool)));
  if (missing.length > 0) {
    const sentence = `${toolFolder(folder)} lacks ${missing.join(", ")}: build the SDK's host tools first`;
    throw new CommandFault("no-tools", sentence);
  }
  const sdk = new Sdk(root, folder, output);
  await makeStubIdf(sdk);
  return sdk;
}

function toolFolder(sdk: string): string {
  return join(sdk, "build/bin/lin/release");
}
