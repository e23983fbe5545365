import { once } from "node:events";
import { join } from "node:path";
import { makeByteCode, makeModuleMap, projectRoot } from "../xs/build.js";
import { makeEmulatorImage } from "../xs/emulator-image.js";
import { startEmulator } from "../xs/emulator.js";

/** Where the scripts lie that run on the emulated chip in the place of a phone. */
export const scriptFolder = "host-sim/xs/bench";

/** One script of the bench on the chip. */
export interface ChipScript {
  /** Byte code with the phone's modules and the script's. */
  readonly byteCode: string;
  /** Specifier of the script. */
  readonly main: string;
  readonly config?: Readonly<Record<string, string>>;
  /** Bytes; the script's own need. */
  readonly arenaBytes?: number;
}

/** What lies in the chip's flash beside the image, bytes. */
export interface FlashUse {
  readonly codeBytes: number;
  readonly slotBytes: number;
  readonly chunkBytes: number;
}

/** What a script printed as `counts`, and the flash it ran from. */
export interface ChipRun {
  readonly counts: unknown;
  readonly flash: FlashUse;
}

const stackSlots = 4096;
const runMsMax = 120_000;

/** Byte code of the phone's modules and of further ones of ours, by their specifiers. */
export function phoneAnd(name: string, specifiers: readonly string[]): string {
  const extra = specifiers.map((specifier) => ({
    specifier,
    path: join(projectRoot(), `build/${specifier}.js`),
    preload: true,
  }));
  return makeByteCode(makeModuleMap(name, { extra }));
}

/**
 * Runs a script on the emulated chip, without network, its clock counting instructions; what it printed.
 * Throws an Error with what the chip said when it fails.
 */
export async function runOnChip({ byteCode, main, config, arenaBytes }: ChipScript): Promise<ChipRun> {
  const child = startEmulator({
    image: makeEmulatorImage("muster-xs"),
    byteCode,
    options: { main, stack: stackSlots, seed: 1, report: 1, ...(arenaBytes && { arena: arenaBytes }) },
    config: { wifi: "none", ...config },
    counting: "fast",
  });
  let said = "";
  child.stderr.on("data", (text: Buffer) => (said += text.toString()));
  const limit = setTimeout(() => child.kill("SIGKILL"), runMsMax);
  const [status] = (await once(child, "close")) as [number | null];
  clearTimeout(limit);
  const counts = valueOf(said, "counts");
  const flash = valueOf(said, "flash");
  if (counts === undefined || flash === undefined) {
    throw new Error(`${main} on the emulated chip ended (${status}): ${said.trim()}`);
  }
  return { counts, flash: flash as FlashUse };
}

/** The value of the one line of JSON that has just this name. */
function valueOf(said: string, name: string): unknown {
  const line = said.split("\n").find((each) => each.startsWith(`{"${name}":`));
  return line === undefined ? undefined : (JSON.parse(line) as Record<string, unknown>)[name];
}
