import type { Capacity } from "../../firmware/capacity.js";
import { hostLimits, hostOverlay, phoneLimits, phoneOverlay } from "../../firmware/core/limits.js";

/** What a simulated node is: a host peer with tables of 512 rows, or a phone with 32. */
export type NodeSize = "host" | "phone";

/**
 * The tables of each size. Only the checks look at what is captured, and none of it may be missing: in a crowd of
 * thousands a phone opened 73 messages in one turn.
 */
export const capacities: { readonly [size in NodeSize]: Capacity } = {
  host: { links: hostLimits, overlay: hostOverlay },
  phone: { links: { ...phoneLimits, captures: hostLimits.captures }, overlay: phoneOverlay },
};
