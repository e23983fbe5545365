import { nodesPerAddressMax, siblingsMax } from "../core/limits.js";
import { addressBytes, type Endpoint } from "../core/endpoint.js";
import { sameId, sharedBits, type NodeId } from "../core/node-id.js";
import type { Neighbourhood } from "./neighbourhood.js";

/**
 * Whether a node would be one too many of its address (protocol §6, eclipse): of one IP address two may be among the
 * siblings and two in each bucket, so that one machine with many Node-IDs does not surround a node or a place. On the
 * own LAN there is no such bound: who is there has other means, and one host may run several peers. Who was there first
 * stays.
 */
export function exceedsAddressLimit(
  { self, local: own, table, topology }: Neighbourhood,
  id: NodeId,
  { address }: Endpoint,
): boolean {
  const others = table.all.filter((other) => other.endpoint.address === address && !sameId(other.nodeId, id));
  if (others.length < nodesPerAddressMax || (own !== undefined && sharesLan(own.address, address)))
    return false;
  const bucket = sharedBits(self, id);
  const inBucket = others.filter(({ nodeId }) => sharedBits(self, nodeId) === bucket);
  if (inBucket.length >= nodesPerAddressMax) return true;
  const newcomer = { nodeId: id, stage: "joining" } as const;
  const siblings = topology.around(self, [...table.all, newcomer], siblingsMax);
  return (
    siblings.includes(newcomer) &&
    siblings.filter((one) => others.some((other) => other === one)).length >= nodesPerAddressMax
  );
}

/** Whether two addresses are in one LAN, as far as that shows: 24 bits are equal, of IPv6 64. */
export function sharesLan(a: string, b: string): boolean {
  const first = addressBytes(a);
  const second = addressBytes(b);
  if (first === undefined || first.length !== second?.length) return false;
  return first.subarray(0, first.length === 4 ? 3 : 8).every((byte, at) => byte === second[at]);
}
