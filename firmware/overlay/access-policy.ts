import type { Crypto } from "../../hal/crypto.js";
import { concatBytes, equalBytes } from "../core/bytes.js";
import { idBytes, nodeId, sameId, type NodeId } from "../core/node-id.js";
import type { Credential } from "../identity/credential.js";
import { resourceIdOf } from "../identity/resource-id.js";

/** Who may write where (RFC 6940 §7.3, protocol §5). */
export type PolicyName = "USER-MATCH" | "NODE-MATCH" | "USER-NODE-MATCH" | "NODE-MULTIPLE";

/** An access policy, as data: what the Resource-ID must be the hash of, and what the key must be. */
interface AccessPolicy {
  readonly name: PolicyName;
  readonly resource: "user" | "node" | "numbered-node";
  readonly key: "any" | "none" | "own-node-id";
}

/** Where a record would stand. */
export interface Placement {
  readonly resource: Uint8Array;
  readonly key: Uint8Array;
}

/** Whether the key has the form the policy asks for: the part that needs no credential and no hash. */
export function keyFits(policy: PolicyName, key: Uint8Array): boolean {
  switch (ruleOf(policy).key) {
    case "any":
      return true;
    case "none":
      return key.length === 0;
    case "own-node-id":
      return key.length === idBytes;
  }
}

/** The Node-ID of the owner where the key says it. */
export function ownerInKey(policy: PolicyName, key: Uint8Array): NodeId | undefined {
  return ruleOf(policy).key === "own-node-id" ? nodeId(key) : undefined;
}

/** Whether the owner of `credential` may write at `placement`. */
export function permits(
  crypto: Crypto,
  overlayId: Uint8Array,
  rule: { readonly policy: PolicyName; readonly placement: Placement },
  credential: Credential,
): boolean {
  const { policy, placement } = rule;
  if (!keyFits(policy, placement.key)) return false;
  if (ruleOf(policy).key === "own-node-id" && !sameId(placement.key, credential.nodeId)) return false;
  return resourcesOf(crypto, overlayId, policy, credential).some((resource) =>
    equalBytes(resource, placement.resource),
  );
}

/** The Resource-IDs at which the owner of `credential` may write under a policy. */
function resourcesOf(
  crypto: Crypto,
  overlayId: Uint8Array,
  policy: PolicyName,
  credential: Credential,
): Uint8Array[] {
  switch (ruleOf(policy).resource) {
    case "user":
      return [resourceIdOf(crypto, overlayId, "user", credential.userName)];
    case "node":
      return [resourceIdOf(crypto, overlayId, "node", credential.nodeId)];
    case "numbered-node":
      return numberedResources(crypto, overlayId, credential);
  }
}

function numberedResources(crypto: Crypto, overlayId: Uint8Array, { nodeId }: Credential): Uint8Array[] {
  const resources: Uint8Array[] = [];
  for (let number = 0; number < numberedMax; number++) {
    resources.push(resourceIdOf(crypto, overlayId, "node", concatBytes(nodeId, Uint8Array.of(number))));
  }
  return resources;
}

function ruleOf(name: PolicyName): AccessPolicy {
  return policies[name];
}

const policies: { readonly [name in PolicyName]: AccessPolicy } = {
  "USER-MATCH": { name: "USER-MATCH", resource: "user", key: "any" },
  "NODE-MATCH": { name: "NODE-MATCH", resource: "node", key: "none" },
  "USER-NODE-MATCH": { name: "USER-NODE-MATCH", resource: "user", key: "own-node-id" },
  "NODE-MULTIPLE": { name: "NODE-MULTIPLE", resource: "numbered-node", key: "none" },
};

/** Places a node may have under NODE-MULTIPLE. */
const numberedMax = 20;
