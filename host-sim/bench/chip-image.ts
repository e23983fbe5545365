import { spawnSync } from "node:child_process";
import { statSync } from "node:fs";
import { makeByteCode, makeModuleMap } from "../xs/build.js";
import { makeEmulatorImage } from "../xs/emulator-image.js";
import { phoneAnd, runOnChip, scriptFolder } from "./chip-script.js";

/** Sizes of what a chip has in flash, bytes. */
export interface ImageSizes {
  /** Code and constants of engine, libraries, board and natives. */
  readonly text: number;
  /** The byte code of all modules, as the compiler writes it. */
  readonly byteCode: number;
  /** Objects frozen at preload: slots and chunks. */
  readonly objects: number;
}

/** Sizes of the image for the chip, and of what preload puts beside it. */
export async function measureImage(): Promise<ImageSizes> {
  const main = `${scriptFolder}/start-count`;
  const { flash } = await runOnChip({ byteCode: phoneAnd("phone-bench", [main]), main });
  return {
    text: textBytes(makeEmulatorImage("muster-xs")),
    byteCode: statSync(makeByteCode(makeModuleMap("phone"))).size,
    objects: flash.slotBytes + flash.chunkBytes,
  };
}

/** The first column of Berkeley's form: text, which the constants are part of. */
function textBytes(image: string): number {
  const { stdout, error } = spawnSync("riscv64-unknown-elf-size", [image], { encoding: "utf8" });
  if (error !== undefined) throw new Error(`riscv64-unknown-elf-size cannot be run: ${error.message}`);
  const text = Number(stdout.trim().split("\n")[1]?.trim().split(/\s+/)[0]);
  if (!Number.isInteger(text)) throw new Error(`riscv64-unknown-elf-size says: ${stdout}`);
  return text;
}
