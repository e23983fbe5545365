import { toHex } from "../../firmware/core/bytes.js";
import { encodeText } from "../../firmware/core/text.js";
import { alice, carol, cookie, overlayName } from "./golden.js";
import { referenceData } from "./reference-data.js";
import { referenceHandshake, type Transcript } from "./reference-handshake.js";

/** The cases of test/vectors/muster/handshake.json, computed by the reference. */
export function goldenCases(): Record<string, Transcript> {
  const common = { overlayName, initiator: alice, responder: carol };
  const cold = referenceHandshake({ ...common, hinted: false, shortHello3: false });
  const key = Buffer.from(cold["key i-r"] ?? "", "hex");
  cold["data i-r 0"] = toHex(referenceData(key, carol.index, 0n, encodeText("muster")));
  cold["data i-r 65537"] = toHex(referenceData(key, carol.index, 65_537n, new Uint8Array(0)));
  return {
    cold,
    "cold with cookie": referenceHandshake({ ...common, hinted: false, shortHello3: false, cookie }),
    "responder known": referenceHandshake({ ...common, hinted: true, shortHello3: false }),
    "both known": referenceHandshake({ ...common, hinted: true, shortHello3: true }),
  };
}
