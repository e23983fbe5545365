import { fromHex } from "../../firmware/core/bytes.js";
import { cloneBytes } from "../clone-file.js";

/** Our own golden bytes (`test/vectors/muster`): what each rule and frame looks like. */

/** The golden bytes of a rule of `muster.cddl`, or of all where no rule is named. */
export function goldenBytes(rule?: string): readonly Uint8Array[] {
  const rows = json("test/vectors/muster/messages.json") as readonly {
    readonly rule: string;
    readonly hex: string;
  }[];
  return rows.filter((row) => rule === undefined || row.rule === rule).map(({ hex }) => bytesOf(hex));
}

/** The golden bytes of a frame of the handshake, or of data: one of each form. */
export function goldenFrames(frame: string): readonly Uint8Array[] {
  const { cases } = json("test/vectors/muster/handshake.json") as {
    readonly cases: Readonly<Record<string, Readonly<Record<string, string>>>>;
  };
  const found = Object.values(cases).flatMap((course) =>
    Object.entries(course).flatMap(([name, hex]) =>
      name.startsWith(frame) && name !== "" ? [bytesOf(hex)] : [],
    ),
  );
  return frame === "cookie" ? [Uint8Array.from([0xd0, 1, 2, 3, ...new Uint8Array(16).fill(0x5a)])] : found;
}

function json(path: string): unknown {
  return JSON.parse(new TextDecoder().decode(cloneBytes(path)));
}

function bytesOf(hex: string): Uint8Array {
  return fromHex(hex) ?? new Uint8Array(0);
}
