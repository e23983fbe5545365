import { associatesMax } from "../core/limits.js";
import { isTunnel } from "../core/tunnel-endpoint.js";
import { exceedsAddressLimit } from "./address-limit.js";
import { isClient, servesClients, type Neighbourhood } from "./neighbourhood.js";
import type { OverlayLink } from "./node-table.js";

/**
 * Whether a linked node may have a row, if there is one. There is none for who is linked through a tunnel: neighbours
 * carry tunnels; nor for one too many of its address. A client has rows for peers it sought, and is nobody's neighbour.
 */
export function mayHaveRow(
  neighbourhood: Neighbourhood,
  { credential, endpoint, flags = 0 }: OverlayLink,
  isSought: boolean,
): boolean {
  const { table, stage } = neighbourhood;
  if (isTunnel(endpoint) || isClient(flags)) return false;
  if (exceedsAddressLimit(neighbourhood, credential.nodeId, endpoint)) return false;
  if (stage !== "client" || table.byNodeId(credential.nodeId) !== undefined) return true;
  return isSought && table.all.length < (servesClients(flags) ? associatesMax : 1);
}
