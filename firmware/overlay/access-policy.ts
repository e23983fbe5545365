import type { Crypto } from "../../hal/crypto.js";
import { concatBytes } from "../core/bytes.js";
import { idBytes, nodeId, sameId, type NodeId } from "../core/node-id.js";
import type { Credential } from "../identity/credential.js";
import { resourceIdOf } from "../identity/resource-id.js";
import type { Record } from "../wire/kinds/record.js";
import { keyFitsModel } from "./data-model.js";
import type { KindDefinition } from "./kind-definition.js";
import { mayOffer } from "./service-tree.js";

/** Who may write where (RFC 6940 §7.3, protocol §5). */
export type PolicyName =
  "USER-MATCH" | "NODE-MATCH" | "USER-NODE-MATCH" | "NODE-MULTIPLE" | "WRITER-MATCH" | "SERVICE-NODE-MATCH";

/** An access policy, as data: what the Resource-ID must be the hash of, and what the key must be. */
interface AccessPolicy {
  readonly resource: "user" | "node" | "numbered-node" | "any-inbox" | "service-tree";
  readonly key: "as-the-model-has-it" | "own-node-id" | "own-slot";
}

/** What a policy looks at of a record, beside its owner. */
export interface Placement {
  readonly resource: Uint8Array;
  readonly record: Pick<Record, "key" | "generation" | "value">;
}

/** Whether the key has the form that Kind and policy ask for: the part that needs no credential and no hash. */
export function keyFits(
  { policy, model }: Pick<KindDefinition, "policy" | "model">,
  key: Uint8Array,
): boolean {
  switch (policies[policy].key) {
    case "as-the-model-has-it":
      return keyFitsModel(model, key);
    case "own-node-id":
      return key.length === idBytes;
    case "own-slot":
      return key.length === idBytes + 1 && (key[idBytes] ?? slots) < slots;
  }
}

/** The key of a message in an inbox: the writer's Node-ID and one of four slots. */
export function slotKey(writer: NodeId, slot: number): Uint8Array {
  return concatBytes(writer, Uint8Array.of(slot));
}

/** The Node-ID of the owner where the key says it. */
export function ownerInKey(policy: PolicyName, record: Placement["record"]): NodeId | undefined {
  switch (policies[policy].key) {
    case "as-the-model-has-it":
      return undefined;
    case "own-node-id":
      return nodeId(record.key);
    case "own-slot":
      return isByReceiver(record) ? undefined : nodeId(record.key.subarray(0, idBytes));
  }
}

/**
 * Whether two users may have put up the same name, so that a place belongs to whose record stands there: to another
 * it is contested until that record ends.
 */
export function isOfUser(policy: PolicyName): boolean {
  return policies[policy].resource === "user";
}

/** Whether the owner of `credential` may write at `placement`. */
export function permits(
  crypto: Crypto,
  overlayId: Uint8Array,
  rule: Pick<KindDefinition, "policy" | "model"> & { readonly placement: Placement },
  credential: Credential,
): boolean {
  const { policy, placement } = rule;
  const { resource, record } = placement;
  if (!keyFits(rule, record.key)) return false;
  const named = ownerInKey(policy, record);
  if (named !== undefined && !sameId(named, credential.nodeId)) return false;
  const of = (each: "user" | "node" | "inbox", name: Uint8Array | string): boolean =>
    sameId(resource, resourceIdOf(crypto, overlayId, each, name));
  switch (policies[policy].resource) {
    case "user":
      return of("user", credential.userName);
    case "node":
      return of("node", credential.nodeId);
    case "numbered-node":
      for (let number = 0; number < numberedMax; number++)
        if (of("node", concatBytes(credential.nodeId, Uint8Array.of(number)))) return true;
      return false;
    case "any-inbox":
      return isByReceiver(record) ? of("inbox", credential.nodeId) : record.generation % 2 === 0;
    case "service-tree":
      return mayOffer(crypto, overlayId, { resource, value: record.value }, credential);
  }
}

/**
 * Whether a record of an inbox is the receiver's removal of a message. Generations of a writer are even there, and the
 * receiver removes with the odd one next to it: that hides this message and none that the writer puts there later.
 */
function isByReceiver({ value, generation }: Placement["record"]): boolean {
  return value === null && generation % 2 === 1;
}

const policies: { readonly [name in PolicyName]: AccessPolicy } = {
  "USER-MATCH": { resource: "user", key: "as-the-model-has-it" },
  "NODE-MATCH": { resource: "node", key: "as-the-model-has-it" },
  "USER-NODE-MATCH": { resource: "user", key: "own-node-id" },
  "NODE-MULTIPLE": { resource: "numbered-node", key: "as-the-model-has-it" },
  "WRITER-MATCH": { resource: "any-inbox", key: "own-slot" },
  "SERVICE-NODE-MATCH": { resource: "service-tree", key: "own-node-id" },
};

/** Places a node may have under NODE-MULTIPLE, and messages of one writer in one inbox. */
const numberedMax = 20;
const slots = 4;
