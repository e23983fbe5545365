import { cannotRun } from "../support/debian.js";
import { lanFault } from "./lan.js";

/** Says that a test makes LANs of network namespaces: only root can, and not in every container. */
export function needsLan(context: Mocha.Context): void {
  const fault = lanFault();
  if (fault !== undefined) cannotRun(context, fault);
}
