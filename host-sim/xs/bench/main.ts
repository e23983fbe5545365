import { end } from "muster/power";
import { countNodeIdWork, countRecordVerified } from "./crypto-counts.js";
import { countHandshakes } from "./link-counts.js";
import { countNode } from "./node-counts.js";

/**
 * What runs on the emulated chip for `muster bench` in the place of a phone: the firmware's machines in virtual time,
 * without network, so that every run counts the same. It prints one line of JSON on the diagnostic output and ends.
 */
function main(): void {
  const { cold, known } = countHandshakes();
  const { ping, store } = countNode();
  const counts = { cold, known, ping, store, record: countRecordVerified(), nodeIdWork: countNodeIdWork() };
  trace(`${JSON.stringify({ counts })}\n`);
  end(0);
}

export { main as default };
