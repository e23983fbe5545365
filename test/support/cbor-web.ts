import { createRequire } from "node:module";

/** npm `cbor-web` is a CommonJS bundle without types; of it we use one function. */
const cborWeb = createRequire(import.meta.url)("cbor-web") as { decodeFirstSync(input: Uint8Array): unknown };

/** The value `cbor-web` reads: an oracle for values, not for strictness (it accepts what is not deterministic). */
export function decodeByCborWeb(bytes: Uint8Array): unknown {
  return cborWeb.decodeFirstSync(Buffer.from(bytes));
}
