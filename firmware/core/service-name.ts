import { serviceNameCharsMax } from "./limits.js";

/** The service of those whose addresses are good to begin with. */
export const bootstrapService = "bootstrap";

/** Whether a text names a service: 1 .. 16 of `a-z 0-9 -`, as in "stun". */
export function isServiceName(text: string): boolean {
  return text.length <= serviceNameCharsMax && /^[a-z0-9-]+$/.test(text);
}
