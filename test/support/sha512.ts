import nacl from "tweetnacl";
import { concatBytes } from "../../firmware/core/bytes.js";
import { encodeText } from "../../firmware/core/text.js";

/** SHA-512 by `tweetnacl`, of parts that may be texts: an oracle that shares nothing with what is tested. */
export function sha512(...parts: readonly (string | Uint8Array)[]): Uint8Array {
  return nacl.hash(concatBytes(...parts.map((part) => (typeof part === "string" ? encodeText(part) : part))));
}
