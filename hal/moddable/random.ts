import { fill } from "muster/entropy";
import type { Random } from "../../firmware/core/random.js";

/** The hardware's generator. On the ESP32 only random while Wi-Fi runs: keys are made after it has started. */
export const hardwareRandom: Random = {
  fill(target: Uint8Array): Uint8Array {
    fill(target);
    return target;
  },
};
