import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { LinkWarning } from "./link-warning.js";
import type { Sdk } from "./sdk.js";

/** What the linker put into flash for the scripts of a leaf: preloaded modules, their objects, their byte code. */
export interface Image {
  /** Objects and functions made at build time. */
  readonly instances: number;
  /** Names of properties. */
  readonly keys: number;
  /** Slots in flash, 16 bytes each on the device. */
  readonly romSlots: number;
  readonly byteCodeBytes: number;
  /** Slots, byte code and texts as compiled for a 32-bit processor; absent where gcc has no 32-bit library. */
  readonly imageBytes?: number;
  /** Objects in flash that may be written to: 4 bytes of RAM each. */
  readonly aliases: number;
  readonly warnings: readonly LinkWarning[];
}

/** What the linker says of itself, from its output and from the C it wrote. */
export function imageOf(linkOutput: string, source: string, warnings: readonly LinkWarning[]): Image {
  const said = /### (\d+) instances, (\d+) keys/.exec(linkOutput);
  let byteCodeBytes = 0;
  for (const [, size] of source.matchAll(/^static const txU1 gxCode\d+\[(\d+)\];/gm))
    byteCodeBytes += Number(size);
  return {
    instances: Number(said?.[1]),
    keys: Number(said?.[2]),
    romSlots: defined(source, "mxHeapCount"),
    byteCodeBytes,
    aliases: defined(source, "mxAliasCount"),
    warnings,
  };
}

/** The bytes of flash that the linker's C takes on a 32-bit processor; `undefined` where gcc cannot say. */
export async function imageBytes(sdk: Sdk, folder: string): Promise<number | undefined> {
  const object = join(folder, "image.o");
  const includes = ["includes", "sources", "platforms"].map((part) => `-I${join(sdk.folder, "xs", part)}`);
  const platform = join(sdk.root, "host-sim/moddable/image-platform.h");
  const compiled = await sdk.run("gcc", [
    ...["-m32", "-Os", "-w", "-fno-pic", "-fno-asynchronous-unwind-tables", "-DmxRun=1"],
    ...["-DINCLUDE_XSPLATFORM", `-DXSPLATFORM="${platform}"`, ...includes, `-I${folder}`],
    ...["-c", join(folder, "mc.xs.c"), "-o", object],
  ]);
  if (compiled.status !== 0) return undefined;
  const measured = await sdk.run("size", ["-B", object]);
  const [text, data] = measured.output.split("\n")[1]?.trim().split(/\s+/).map(Number) ?? [];
  return text === undefined || data === undefined ? undefined : text + data;
}

/** The C that the linker wrote. */
export function linkedSource(folder: string): string {
  return readFileSync(join(folder, "mc.xs.c"), "utf8");
}

function defined(source: string, name: string): number {
  return Number(new RegExp(`^#define ${name} (\\d+)$`, "m").exec(source)?.[1]);
}
