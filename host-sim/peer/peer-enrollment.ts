import { notice } from "../../firmware/console/notice.js";
import type { NoticeView } from "../../firmware/console/view.js";
import { enroll, enrollmentNotice } from "../../firmware/enrollment.js";
import { beginIdentification, type Beginning } from "../../firmware/identification.js";
import type { Admission } from "../../firmware/identity/admission.js";
import { encodeKeyRing, storedSeed } from "../../firmware/identity/key-ring.js";
import type { HostPeerOptions } from "./host-peer.js";

/**
 * How a host peer finds out who it is: in an enrolled overlay by the credential in its configuration, if that is good,
 * else by the one that it had. `views`: what there is to say of it.
 */
export function beginPeer(
  { crypto, random, memory, config }: HostPeerOptions,
  admission: Admission,
): Pick<Beginning, "found"> & { readonly views: readonly NoticeView[] } {
  const views: NoticeView[] = [];
  if (config.credential !== undefined) {
    const seed = memory.keyRing && storedSeed(memory.keyRing);
    const enrolled = enroll(crypto, admission, seed, config.credential);
    if (enrolled.ok) memory.saveKeyRing(encodeKeyRing(enrolled.value));
    else views.push(enrollmentNotice(enrolled, false));
  }
  const begun = beginIdentification({ crypto, random, stored: memory.keyRing }, config.name, admission);
  if (begun.complaint !== undefined) views.push(notice("warning", begun.complaint));
  if (begun.fresh !== undefined) memory.saveKeyRing(begun.fresh);
  return { found: begun.found, views };
}
