import { randomFillSync } from "node:crypto";
import type { Random } from "../../firmware/core/random.js";

/** The operating system's generator. */
export const systemRandom: Random = {
  fill(target: Uint8Array): Uint8Array {
    return randomFillSync(target);
  },
};
